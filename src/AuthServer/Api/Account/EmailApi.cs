using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Account;

/// <summary>The address of an account in JSON.</summary>
/// <param name="EmailVerified">The person has shown that it is theirs.</param>
/// <param name="Changeable">Another address can be proven at this server, because it sends mail.</param>
public sealed record EmailDocument(string Email, bool EmailVerified, bool Changeable);

/// <summary>The body of POST /v1/account/email.</summary>
public sealed record NewEmailBody
{
    public required string Email { get; init; }
}

/// <summary>
/// GET /v1/account/email: the address of a person. POST: another one, which counts when the code of the mail to it comes to
/// /v1/auth/email/confirm.
/// </summary>
internal static class EmailApi
{
    public static async Task<IResult> ReadAsync(HttpContext http, AccountLookup accounts, ConfirmationRules rules)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        if (await accounts.FindAsync(person.UserId, person.SessionId, http.RequestAborted) is not { } user) return Gone;
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new(user.Email!, user.EmailConfirmed, rules.ChangesAreProven), EmailChangeJson.Default.EmailDocument);
    }

    public static async Task<IResult> ChangeAsync(
        HttpContext http, AccountLookup accounts, ConfirmationRules rules, EmailChange change, ProofTickets tickets, TimeProvider time)
    {
        if (!rules.ChangesAreProven) return AccountProblems.NoMail();
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        // Another address is another way in.
        if ((person.RefusalToWriteOwn() ?? StepUp.RefusalForWayIn(person, time)) is { } refusal) return refusal;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, EmailChangeJson.Default.NewEmailBody, http.RequestAborted);
        if (body is null) return malformed!;
        var email = body.Email.Trim();
        if (!EmailAddress.IsValid(email)) return Wrong("is no e-mail address.");
        if (await accounts.FindAsync(person.UserId, person.SessionId, http.RequestAborted) is not { } user) return Gone;
        if (email == user.Email) return Wrong("is the address of the account already.");
        return await change.AskAsync(user, email, Caller.Of(http), http.RequestAborted) switch
        {
            MailAsk.Accepted(var asked) => MailAccepted.Answer(asked, tickets),
            MailAsk.EmailTaken => AccountProblems.EmailTaken(),
            MailAsk.TooMany(var wait) => AccountProblems.TooManyTries(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }

    private static Problem Wrong(string words) => Problem.Unprocessable(new Dictionary<string, string[]> { ["email"] = [words] });

    private static Problem Gone => Problem.NotFound("The account is gone.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(EmailDocument))]
[JsonSerializable(typeof(NewEmailBody))]
internal sealed partial class EmailChangeJson : JsonSerializerContext;
