using AuthServer.Audit;
using AuthServer.Clients;
using AuthServer.JsonApi;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users;
using Microsoft.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>E-mail address and password at POST /v1/auth/login: opens a client session with a refresh token.</summary>
public sealed class LoginGrant(
    PasswordSignIn signIn, DirectSessions sessions, ReplacedSession replaced, ClientDirectory clients, SessionTokens tokens) : ITokenGrant
{
    // RFC 8176
    private const string Password = "pwd";

    public string GrantType => GrantNames.Login;

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var body = FirstPartyCall.Of(context.Transaction)!.Login!;
        var client = (await clients.FindAsync(context.Request.ClientId!, http.RequestAborted))!;
        if (!client.MaySignIn)
        {
            // The rules of registration say so; a row that another program wrote may say otherwise.
            context.Reject(OAuthErrors.UnauthorizedClient, "Only first-party clients may sign people in here.");
            return;
        }

        var caller = Caller.Of(http);
        switch (await signIn.SignInAsync(body.Email, body.Password, caller, http.RequestAborted))
        {
            case SignInOutcome.SignedIn(var user):
                var open = new DirectSession(client.ClientId, string.Join(' ', client.Scopes.Order(StringComparer.Ordinal)), Password, AuthenticationContext.Password);
                // Not cancelled with the request: the transaction decides.
                if (await sessions.OpenAsync(user, open, caller, CancellationToken.None) is not var (session, token)) break;
                if (body.RefreshCookie) await replaced.EndAsync(http, client.ClientId, caller);
                await tokens.SignInAsync(context, session, client, ScopeRules.Split(session.Scopes), [], token, nonce: null, http.RequestAborted);
                return;
            case SignInOutcome.TooManyTries(var wait):
                context.Refuse(Problem.TooManyRequests(wait, "There were too many tries to sign in. Try again after the seconds in Retry-After."));
                return;
            case SignInOutcome.Busy(var wait):
                context.Refuse(Problem.Busy(wait));
                return;
        }

        // One answer for a wrong password, an unknown address and a disabled account.
        context.Refuse(new Problem(StatusCodes.Status401Unauthorized, "invalid-credentials", "The e-mail address and the password do not match.")
        {
            Challenge = "Bearer",
        });
    }
}
