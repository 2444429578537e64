using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Pictures;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Api.Account;

/// <summary>Where a picture is, in JSON.</summary>
public sealed record PictureDocument(string? Picture);

/// <summary>PUT and DELETE /v1/account/picture: the picture that the claim <c>picture</c> points at.</summary>
internal static class PictureApi
{
    /// <summary>One byte more than is accepted, so that a larger body gets the same refusal whether it says its length or not.</summary>
    public const int LongestBody = PictureRecoding.MostBytes + 1;

    public static readonly IReadOnlyList<string> MediaTypes = ["image/jpeg", "image/png"];

    public static async Task<IResult> SetAsync(HttpContext http, OwnPicture pictures)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !MediaTypes.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            return new Problem(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
                $"Send the picture itself, as {string.Join(", ", MediaTypes)}.");
        }

        if (await pictures.TakeTurnAsync(person.UserId) is { } wait)
            return Problem.TooManyRequests(wait, "Pictures are uploaded too fast. Try again after the seconds in Retry-After.");
        var file = await ReadAsync(http.Request, http.RequestAborted);
        if (file.Length == 0) return Problem.BadRequest(JsonBody.Whole, "is empty; send a picture.");
        if (file.Length > PictureRecoding.MostBytes)
            return Problem.BadRequest(JsonBody.Whole, $"is larger than {PictureRecoding.MostBytes} bytes.");
        return await pictures.SetAsync((AccountActor.Person)person.Actor(http, asAdmin: false), file, http.RequestAborted) switch
        {
            PictureResult.Done(var address) => Results.Json(new PictureDocument(address), AccountBodyJson.Default.PictureDocument),
            PictureResult.Refused(PictureProblem.Busy) => Problem.Busy(TimeSpan.FromSeconds(10)),
            PictureResult.Refused(PictureProblem.TooLarge) => Unprocessable("has too many pixels."),
            PictureResult.Refused(PictureProblem.NotKept) => Unprocessable("is not kept by this server."),
            PictureResult.Refused => Unprocessable("is no JPEG or PNG that can be read."),
            _ => Problem.NotFound("The account is gone."),
        };
    }

    public static async Task<IResult> RemoveAsync(HttpContext http, OwnPicture pictures)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        return await pictures.RemoveAsync((AccountActor.Person)person.Actor(http, asAdmin: false)) is PictureResult.Done
            ? Results.NoContent()
            : Problem.NotFound("The account is gone.");
    }

    private static Problem Unprocessable(string wrong) =>
        Problem.Unprocessable(new Dictionary<string, string[]> { [JsonBody.Whole] = [wrong] });

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (file.Length < LongestBody)
        {
            var read = await request.Body.ReadAsync(buffer, cancellationToken);
            if (read == 0) break;
            file.Write(buffer, 0, (int)Math.Min(read, LongestBody - file.Length));
        }

        return file.ToArray();
    }
}
