using System.Text.Json.Serialization;
using AuthServer.Api.Representation;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Users.ByMail;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Auth;

/// <summary>
/// POST /v1/auth/email-code: a first-party app lets a person sign in with a code from a mail. The code goes to /v1/auth/login, with the
/// challenge of the answer.
/// </summary>
public static class EmailCodeRoute
{
    public static void MapEmailCode(this IEndpointRouteBuilder v1) =>
        v1.MapPost(ApiPaths.EmailCode[ApiPaths.Root.Length..], AskAsync).AllowAnonymous();

    private static async Task<IResult> AskAsync(
        HttpContext http, SignInMethodOptions methods, ClientDirectory clients, EmailSignIn signIn, KnownDevice known,
        EmailSignInTickets tickets)
    {
        var (body, problem) = await JsonBody.ReadAsync(http.Request, EmailCodeJson.Default.EmailCodeBody, http.RequestAborted);
        if (body is null) return problem!;
        var email = (body.Email ?? "").Trim();
        var errors = AccountRules.Describe(AccountRules.Problems(email, null, null), []);
        if (errors.Count > 0) return Problem.Unprocessable(errors);
        if (!methods.Email) return Problem.NotFound("Nobody signs in by mail at this server.");
        // The login proves the client; here nothing is said to one that may not sign people in.
        var client = await clients.FindAsync(body.ClientId ?? BuiltIns.FirstPartyClientId, http.RequestAborted);
        if (client is not { MaySignIn: true }) return Problem.BadRequest("client_id", "is no client that may sign people in here.");
        return await signIn.AskAsync(email, Caller.Of(http), known.Read(http, email), client.Name, http.RequestAborted) switch
        {
            MailAsk.Accepted(var proof) => Results.Json(
                new EmailCodeAccepted(
                    tickets.Seal(new AppSignIn(proof.Id, email, client.ClientId, body.Scope)), (int)ProofIssue.Life.TotalSeconds),
                EmailCodeJson.Default.EmailCodeAccepted, statusCode: StatusCodes.Status202Accepted),
            MailAsk.TooMany(var wait) => AccountProblems.TooManyTries(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}

/// <summary>The body of POST /v1/auth/email-code.</summary>
public sealed record EmailCodeBody
{
    public string? Email { get; init; }

    /// <summary>Absent: the built-in first-party client.</summary>
    public string? ClientId { get; init; }

    /// <summary>As for a login with a password.</summary>
    public string? Scope { get; init; }
}

/// <summary>A mail with a code is on its way; the answer is the same for every address.</summary>
/// <param name="Challenge">What the login takes with the code.</param>
/// <param name="ExpiresIn">Seconds in which the code works.</param>
public sealed record EmailCodeAccepted(string Challenge, int ExpiresIn);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(EmailCodeBody))]
[JsonSerializable(typeof(EmailCodeAccepted))]
internal sealed partial class EmailCodeJson : JsonSerializerContext;
