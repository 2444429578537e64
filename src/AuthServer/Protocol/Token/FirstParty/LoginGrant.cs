using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>E-mail address and password at POST /v1/auth/login: opens a client session with a refresh token.</summary>
public sealed class LoginGrant(
    PasswordSignIn signIn, KnownDevice known, LoginScopes scopes, ReadySigners signers, LoginSessions sessions, ReplacedSession replaced,
    SessionTokens tokens)
    : ITokenGrant<LoginGrantRequest>
{
    // RFC 8176
    private const string Password = "pwd";

    public async ValueTask<GrantAnswer> DecideAsync(LoginGrantRequest request)
    {
        var (http, client, body) = (request.Http, request.Client, request.Body);
        // The rules of registration say so; a row that another program wrote may say otherwise.
        if (!client.MaySignIn)
        {
            return new GrantAnswer.Refused(OAuthErrors.UnauthorizedClient, "Only first-party clients may sign people in here.");
        }

        var (granted, beyond) = await scopes.ChooseAsync(client, body.Scope, http.RequestAborted);
        if (beyond is not null)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
        }
        await signers.RequireAsync(request, granted, [], withIdToken: false);
        var caller = Caller.Of(http);
        switch (await signIn.SignInAsync(body.Email, body.Password, caller, http.RequestAborted, known.Read(http, body.Email)))
        {
            case SignInOutcome.SignedIn(var user):
                var open = new LoginSession(client.ClientId, string.Join(' ', granted), Password, AuthenticationContext.Password);
                // Not cancelled with the request: the transaction decides.
                if (await sessions.OpenAsync(user, open, caller, CancellationToken.None) is not var (session, token)) break;
                if (body.RefreshCookie) known.WriteCookie(http, user.Email!);
                else known.WriteHeader(http, user.Email!);
                if (body.RefreshCookie) await replaced.EndAsync(http, client.ClientId, caller);
                return await tokens.GrantAsync(request, session, SpaceList.Split(session.Scopes), token, nonce: null, http.RequestAborted);
            case SignInOutcome.TooManyTries(var wait):
                return new GrantAnswer.Answered(
                    Problem.TooManyRequests(wait, "There were too many tries to sign in. Try again after the seconds in Retry-After."));
            case SignInOutcome.Busy(var wait):
                return new GrantAnswer.Answered(Problem.Busy(wait));
        }

        // One answer for a wrong password, an unknown address and a disabled account.
        return new GrantAnswer.Answered(
            new Problem(StatusCodes.Status401Unauthorized, "invalid-credentials", "The e-mail address and the password do not match.")
        {
            Challenge = "Bearer",
        });
    }
}
