using System.Text.Json.Serialization;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.MyAccount;

namespace AuthServer.Api.Account;

/// <summary>When an account will be deleted, in JSON.</summary>
public sealed record DeletionDocument(DateTime DeleteAfter);

/// <summary>GET /v1/account/export: what is stored about a person; POST /v1/account/deletion: the end of the account.</summary>
internal static class DataApi
{
    private static readonly string[] IsNotTheAddress = ["is not the e-mail address of the account."];

    public static async Task<IResult> ExportAsync(HttpContext http, AccountExport export, TimeProvider time)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty() ?? StepUp.Refusal(person, time)) is { } refusal) return refusal;
        var actor = (AccountActor.Person)person.Actor(http, asAdmin: false);
        if (await export.BeginAsync(actor, http.RequestAborted) is not { } account) return Problem.NotFound("The account is gone.");
        http.Response.Headers.CacheControl = "no-store";
        return Results.Stream(
            stream => export.WriteAsync(account, stream, http.RequestAborted), AccountExport.MediaType, export.FileName);
    }

    public static async Task<IResult> DeleteAsync(HttpContext http, OwnDeletion deletion, UserDirectory users, TimeProvider time)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if ((person.RefusalToWriteOwn() ?? StepUp.Refusal(person, time)) is { } refusal) return refusal;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, AccountBodyJson.Default.DeletionBody, http.RequestAborted);
        if (body is null) return malformed!;
        if (await users.FindAsync(person.UserId, http.RequestAborted) is not { } user) return Problem.NotFound("The account is gone.");
        if (EmailKey.Of(body.Email.Trim()) != EmailKey.Of(user.Email))
        {
            return Problem.Unprocessable(new Dictionary<string, string[]> { ["email"] = IsNotTheAddress });
        }

        return await deletion.RequestAsync((AccountActor.Person)person.Actor(http, asAdmin: false)) switch
        {
            DeletionResult.Requested(var deleteAfter) => Results.Json(
                new DeletionDocument(deleteAfter), DeletionJson.Default.DeletionDocument, statusCode: StatusCodes.Status202Accepted),
            DeletionResult.IsAdmin => new Problem(
                StatusCodes.Status409Conflict, "own-account", "You cannot delete your own account; another admin can."),
            _ => Problem.NotFound("The account is gone."),
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DeletionDocument))]
internal sealed partial class DeletionJson : JsonSerializerContext;
