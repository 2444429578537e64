using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Auth;

/// <summary>POST /v1/auth/register: a person makes an account for themselves.</summary>
public static class RegistrationRoute
{
    public static void MapRegistration(this IEndpointRouteBuilder v1) =>
        v1.MapPost(ApiPaths.Register[ApiPaths.Root.Length..], HandleAsync).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        HttpContext http, AccountRegistration registration, IdempotencyKeys keys, UserDirectory users,
        PendingAccounts pending, ProofTickets tickets, ConfirmationRules rules, EmailConfirmation confirmation, SignInMethodOptions methods)
    {
        var caller = Caller.Of(http);
        var (bytes, unreadable) = await JsonBody.ReadBytesAsync(http.Request, http.RequestAborted);
        if (bytes is null) return unreadable!;
        var (body, malformed) = JsonBody.Parse(bytes, RegistrationJson.Default.RegistrationBody);
        if (body is null) return malformed!;
        if (body.Password is not null && !methods.Password) return AccountProblems.PasswordGiven();
        var (request, badKey) = IdempotencyHeader.Read(http, "POST " + ApiPaths.Register, caller.Address ?? "", bytes);
        if (badKey is not null) return badKey;
        // Where the account is made only by the code of a mail, a stored answer could show that it was made, and each repetition sends a
        // mail.
        if (pending.AreUsed) request = null;
        if (request is not null && await IdempotencyHeader.FindAnswerAsync(request, keys, users, http.RequestAborted) is { } earlier)
        {
            return earlier;
        }

        var account = new NewAccount(body.Email ?? "", body.Password ?? "", body.FirstName, body.LastName);
        var result = await registration.RegisterAsync(account, caller, http.RequestAborted, request);
        // The link of the mail works where the person is signed in; for the code the app asks for a mail of its own.
        if (result is RegistrationResult.Created(var added) && rules.AreProven) await confirmation.AskAsync(added, caller);
        return result switch
        {
            RegistrationResult.MailSent(var asked) => Results.Json(
                new RegistrationAccepted("accepted", tickets.Seal(asked), (int)ProofIssue.Life.TotalSeconds),
                RegistrationJson.Default.RegistrationAccepted, statusCode: StatusCodes.Status202Accepted),
            RegistrationResult.Created(var user) => UserAnswer.Created((await users.FindAsync(user.Id, CancellationToken.None))!),
            RegistrationResult.Repeated => (await IdempotencyHeader.FindAnswerAsync(request!, keys, users, http.RequestAborted))!,
            RegistrationResult.EmailTaken => AccountProblems.EmailTaken(),
            RegistrationResult.Refused(var problems, var passwordProblems) =>
                Problem.Unprocessable(AccountRules.Describe(problems, passwordProblems)),
            RegistrationResult.TooManyTries(var wait) => AccountProblems.TooManyTries(wait),
            RegistrationResult.Busy(var wait) => Problem.Busy(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}

/// <summary>The body of POST /v1/auth/register.</summary>
public sealed record RegistrationBody
{
    public string? Email { get; init; }

    public string? Password { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }
}

/// <summary>The answer to a registration that waits for the code of a mail; it does not tell whether the address has an account.</summary>
/// <param name="Request">Comes back with the code.</param>
/// <param name="ExpiresIn">Seconds in which the code works.</param>
public sealed record RegistrationAccepted(string Status, string Request, int ExpiresIn);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(RegistrationBody))]
[JsonSerializable(typeof(RegistrationAccepted))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
