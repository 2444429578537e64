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
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Auth;

/// <summary>
/// POST /v1/auth/email-code: a first-party app lets a person sign in with a code from a mail, or give one as the second factor. The code
/// goes to /v1/auth/login, with the challenge of the answer.
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
        if (body.Challenge is not null)
        {
            return body is { Email: null, ClientId: null, Scope: null }
                ? await AskForSecondStepAsync(http, body.Challenge)
                : Problem.BadRequest(JsonBody.Whole, "must have email, or challenge alone.");
        }

        var email = (body.Email ?? "").Trim();
        var errors = AccountRules.Describe(AccountRules.Problems(email, null, null), []);
        if (errors.Count > 0) return Problem.Unprocessable(errors);
        if (!methods.Email) return Problem.NotFound("Nobody signs in by mail at this server.");
        // The login proves the client; here nothing is said to one that may not sign people in.
        var client = await clients.FindAsync(body.ClientId ?? BuiltIns.FirstPartyClientId, http.RequestAborted);
        if (client is not { MaySignIn: true }) return Problem.BadRequest("client_id", "is no client that may sign people in here.");
        return Answer(
            await signIn.AskAsync(email, Caller.Of(http), known.Read(http, email), client.Name, http.RequestAborted), ProofIssue.Life,
            proof => tickets.Seal(new AppSignIn(proof.Id, email, client.ClientId, body.Scope)));
    }

    // The challenge says that the first factor is done, so the answer may tell of the account.
    private static async Task<IResult> AskForSecondStepAsync(HttpContext http, string challenge)
    {
        var services = http.RequestServices;
        var factor = services.GetRequiredService<MailedFactor>();
        if (await services.GetRequiredService<FirstSteps>().OpenAsync(challenge, ofApp: true, http.RequestAborted) is not var (step, user))
        {
            return new Problem(
                StatusCodes.Status401Unauthorized, "challenge-expired", "The challenge is not valid any more. Begin the sign-in again.")
            {
                Challenge = "Bearer",
            };
        }

        if (!await factor.IsOfferedAsync(user, [step.Amr], http.RequestAborted))
        {
            return Problem.Forbidden("A code by mail is no second factor for this account, or not now. Use the authenticator app.");
        }

        var app = await services.GetRequiredService<ClientDirectory>().FindAsync(step.ClientId!, http.RequestAborted);
        var device = services.GetRequiredService<KnownDevice>().Read(http, user);
        return Answer(
            await factor.AskAsync(user, step, Caller.Of(http), device, app?.Name), factor.LifeBeside(step),
            proof => services.GetRequiredService<MailedFactorTickets>().Seal(new(proof.Id, proof.Email, challenge), ofApp: true));
    }

    private static IResult Answer(MailAsk result, TimeSpan life, Func<AskedProof, string> seal) => result switch
    {
        MailAsk.Accepted(var proof) => Results.Json(
            new EmailCodeAccepted(seal(proof), (int)life.TotalSeconds), EmailCodeJson.Default.EmailCodeAccepted,
            statusCode: StatusCodes.Status202Accepted),
        MailAsk.TooMany(var wait) => AccountProblems.TooManyTries(wait),
        var other => throw new InvalidOperationException($"Unknown result {other}"),
    };
}

/// <summary>The body of POST /v1/auth/email-code.</summary>
public sealed record EmailCodeBody
{
    public string? Email { get; init; }

    /// <summary>Absent: the built-in first-party client.</summary>
    public string? ClientId { get; init; }

    /// <summary>As for a login with a password.</summary>
    public string? Scope { get; init; }

    /// <summary>Alone: of the problem second-factor-required, for a code in the place of the authenticator app's.</summary>
    public string? Challenge { get; init; }
}

/// <summary>A mail with a code is on its way; the answer is the same for every address.</summary>
/// <param name="Challenge">What the login takes with the code.</param>
/// <param name="ExpiresIn">Seconds in which the code works.</param>
public sealed record EmailCodeAccepted(string Challenge, int ExpiresIn);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(EmailCodeBody))]
[JsonSerializable(typeof(EmailCodeAccepted))]
internal sealed partial class EmailCodeJson : JsonSerializerContext;
