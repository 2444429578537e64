using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// A challenge and a code at POST /v1/auth/login: the second step of a login, or the code of a mail, which is the first. Opens the session
/// that was asked for.
/// </summary>
public sealed class LoginCodeGrant(
    FirstSteps steps, SecondFactorCheck check, MailedFactor factor, MailedFactorTickets tickets, LoginByMail byMail, KnownDevice known,
    ReadySigners signers, LoginOpening opening)
    : ITokenGrant<LoginCodeGrantRequest>
{
    /// <summary>The answer to a right first factor whose account has a second; only its person learns that it has one.</summary>
    /// <param name="open">The session to open, with the factor that was given.</param>
    /// <param name="hasApp">False for an account whose second factor is a passkey: a recovery code alone can be typed.</param>
    internal static GrantAnswer.Answered Ask(HttpContext http, User user, LoginSession open, bool hasApp = true)
    {
        var steps = http.RequestServices.GetRequiredService<FirstSteps>();
        var challenge = steps.Seal(steps.New(user, keep: false, new(open.Amr)) with { ClientId = open.ClientId, Scopes = open.Scopes });
        return new(new Problem(
            StatusCodes.Status401Unauthorized, "second-factor-required",
            "The first step is done. Send challenge back to this address within ten minutes, with "
                + (hasApp
                    ? "the code of the authenticator app, or a recovery code, as code."
                    : "a recovery code as code; or send the person to the authorization endpoint, whose pages take the passkey."))
        {
            Challenge = "Bearer",
            NextStep = challenge,
        });
    }

    public async ValueTask<GrantAnswer> DecideAsync(LoginCodeGrantRequest request)
    {
        if (await byMail.TryDecideAsync(request) is { } decided) return decided;
        var (http, client, body) = (request.Http, request.Client, request.Body);
        var mailed = tickets.Open(body.Challenge, ofApp: true);
        var challenge = mailed?.Step ?? body.Challenge;
        if (await steps.OpenAsync(challenge, ofApp: true, http.RequestAborted) is not var (step, user)) return Expired;
        var scopes = SpaceList.Split(step.Scopes);
        // The client may have lost the right, or a scope, since the first step.
        if (step.ClientId != client.ClientId || !client.MaySignIn || !scopes.All(client.Scopes.Contains)) return Expired;

        await signers.RequireAsync(request, scopes, [], withIdToken: false);
        if (mailed is not null && !await factor.IsOfferedAsync(user, [step.Amr], http.RequestAborted)) return Expired;
        var (caller, device) = (Caller.Of(http), known.Read(http, user));
        var outcome = mailed is null
            ? await check.JudgeAsync(user, body.Code, caller, device, http.RequestAborted)
            : await check.JudgeMailAsync(user, mailed.Proof, body.Code, caller, device, http.RequestAborted);
        switch (outcome)
        {
            case SecondFactorOutcome.Ended:
                return Expired;
            case SecondFactorOutcome.Right:
                IEnumerable<string> amr = mailed is null
                    ? [AuthenticationMethods.OneTimeCode, AuthenticationMethods.SeveralFactors]
                    : [AuthenticationMethods.OneTimeCode, AuthenticationMethods.SeveralChannels, AuthenticationMethods.SeveralFactors];
                var open = new LoginSession(
                    client.ClientId, step.Scopes!, string.Join(' ', amr.Prepend(step.Amr).Distinct()), AuthenticationContext.SecondFactor);
                return await steps.TryUseAsync(step) ? await opening.OpenAsync(request, user, open, body.RefreshCookie) : Expired;
            case SecondFactorOutcome.TooManyTries(var wait):
                return new GrantAnswer.Answered(
                    Problem.TooManyRequests(wait, "There were too many wrong codes. Try again after the seconds in Retry-After."));
            default:
                return Unauthorized("invalid-code", "The code is wrong, or was used before. Ask for a new one.");
        }
    }

    internal static GrantAnswer.Answered Expired =>
        Unauthorized("challenge-expired", "The challenge is not valid, or not valid any more. Begin the sign-in again.");

    internal static GrantAnswer.Answered Unauthorized(string kind, string detail) =>
        new(new Problem(StatusCodes.Status401Unauthorized, kind, detail) { Challenge = "Bearer" });
}
