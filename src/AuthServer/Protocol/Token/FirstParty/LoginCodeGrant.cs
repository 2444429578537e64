using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// The second step of POST /v1/auth/login, the challenge that the right password got and a code: opens the session that was asked for.
/// </summary>
public sealed class LoginCodeGrant(
    FirstSteps steps, SecondFactorCheck check, KnownDevice known, ReadySigners signers, LoginOpening opening)
    : ITokenGrant<LoginCodeGrantRequest>
{
    // RFC 8176
    private const string PasswordAndCode = "pwd otp mfa";

    /// <summary>The answer to a right password whose account has a second factor; only its person learns that it has one.</summary>
    internal static GrantAnswer.Answered Ask(HttpContext http, User user, LoginSession open)
    {
        var steps = http.RequestServices.GetRequiredService<FirstSteps>();
        var challenge = steps.Seal(steps.New(user, keep: false) with { ClientId = open.ClientId, Scopes = open.Scopes });
        return new(new Problem(
            StatusCodes.Status401Unauthorized, "second-factor-required",
            "The password is right. Send challenge back to this address within ten minutes, with the code of the authenticator app, or a "
                + "recovery code, as code.")
        {
            Challenge = "Bearer",
            NextStep = challenge,
        });
    }

    public async ValueTask<GrantAnswer> DecideAsync(LoginCodeGrantRequest request)
    {
        var (http, client, body) = (request.Http, request.Client, request.Body);
        if (await steps.OpenAsync(body.Challenge, ofApp: true, http.RequestAborted) is not var (step, user)) return Expired;
        var scopes = SpaceList.Split(step.Scopes);
        // The client may have lost the right, or a scope, since the password was right.
        if (step.ClientId != client.ClientId || !client.MaySignIn || !scopes.All(client.Scopes.Contains)) return Expired;

        await signers.RequireAsync(request, scopes, [], withIdToken: false);
        switch (await check.JudgeAsync(user, body.Code, Caller.Of(http), known.Read(http, user.Email!), http.RequestAborted))
        {
            case SecondFactorOutcome.Right:
                var open = new LoginSession(client.ClientId, step.Scopes!, PasswordAndCode, AuthenticationContext.SecondFactor);
                return await steps.TryUseAsync(step) ? await opening.OpenAsync(request, user, open, body.RefreshCookie) : Expired;
            case SecondFactorOutcome.TooManyTries(var wait):
                return new GrantAnswer.Answered(
                    Problem.TooManyRequests(wait, "There were too many wrong codes. Try again after the seconds in Retry-After."));
            default:
                return Unauthorized("invalid-code", "The code is wrong, or was used before. Ask for a new one.");
        }
    }

    private static GrantAnswer.Answered Expired =>
        Unauthorized("challenge-expired", "The challenge is not valid, or not valid any more. Send e-mail address and password again.");

    private static GrantAnswer.Answered Unauthorized(string kind, string detail) =>
        new(new Problem(StatusCodes.Status401Unauthorized, kind, detail) { Challenge = "Bearer" });
}
