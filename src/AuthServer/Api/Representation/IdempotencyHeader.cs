using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Registration;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Api.Representation;

/// <summary>Idempotency-Key: reads the header, and answers a request that was carried out before.</summary>
internal static class IdempotencyHeader
{
    private const string Header = "Idempotency-Key";
    private const int Longest = 255;

    /// <param name="sender">The user, or the address of a caller without an account.</param>
    /// <returns>Nothing when the header is missing.</returns>
    public static (RepeatableRequest? Request, Problem? Problem) Read(HttpContext http, string route, string sender, byte[] body)
    {
        var header = http.Request.Headers[Header];
        if (header.Count == 0) return default;
        return Key(header) is { } key
            ? (new RepeatableRequest(IdempotencyKeys.Name(route, sender, key), body), null)
            : (null, Problem.BadRequest(Header, "must be one text of 1 to 255 visible ASCII characters, quoted or not."));
    }

    /// <returns>Null when the request has not been carried out yet.</returns>
    public static async Task<IResult?> FindAnswerAsync(
        RepeatableRequest request, IdempotencyKeys keys, UserDirectory users, CancellationToken cancellationToken)
    {
        if (await keys.FindAsync(request, cancellationToken) is not { } earlier) return null;
        if (!earlier.SameBody)
        {
            return new Problem(
                StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused",
                "This Idempotency-Key was used for another request. Take a new one for each request.");
        }

        return UserAddress.UserId(earlier.Location) is { } id && await users.FindAsync(id, cancellationToken) is { } user
            ? new UserAnswer(earlier.Status, user) { Location = earlier.Location, Replayed = true }
            : Problem.NotFound("This request made an account, which has been deleted since.");
    }

    // The draft's form is a quoted string (RFC 9651 section 3.3.3); many clients send the bare text.
    private static string? Key(StringValues header)
    {
        if (header is not [{ } text]) return null;
        if (text.StartsWith('"'))
        {
            if (text.Length < 3 || !text.EndsWith('"')) return null;
            text = text[1..^1];
            if (text.AsSpan().ContainsAny('"', '\\')) return null;
        }

        return text.Length is > 0 and <= Longest && text.All(c => c is > ' ' and < '\x7f') ? text : null;
    }
}
