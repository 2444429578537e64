using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.ByMail;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>The code of a mail at POST /v1/auth/login, with the challenge that /v1/auth/email-code gave.</summary>
public sealed class LoginByMail(
    EmailSignInTickets tickets, EmailSignIn signIn, SignInMethodOptions methods, KnownDevice known, LoginScopes scopes,
    ReadySigners signers, LoginOpening opening, ConfirmationRules confirmation)
{
    /// <returns>Null when the challenge is of another kind.</returns>
    public async ValueTask<GrantAnswer?> TryDecideAsync(LoginCodeGrantRequest request)
    {
        var (http, client, body) = (request.Http, request.Client, request.Body);
        if (tickets.OpenOfApp(body.Challenge) is not { } asked) return null;
        // SIGNIN_METHODS or the client may have changed since.
        if (!methods.Email || asked.ClientId != client.ClientId || !client.MaySignIn) return LoginCodeGrant.Expired;
        var (granted, beyond) = await scopes.ChooseAsync(client, asked.Scope, http.RequestAborted);
        if (beyond is not null)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
        }

        await signers.RequireAsync(request, granted, [], withIdToken: false);
        switch (await signIn.TryCodeAsync(asked.Proof, body.Code, Caller.Of(http), known.Read(http, asked.Email), http.RequestAborted))
        {
            case CodeCheck.Right(var proof):
                if (await signIn.CompleteAsync(proof, Caller.Of(http)) is not EmailSignInResult.SignedIn(var user, _))
                {
                    return LoginCodeGrant.Expired;
                }

                // With a second factor the mail alone has not confirmed it.
                if (!user.EmailConfirmed && confirmation.AreRequired) return LoginGrant.Unconfirmed;
                var open = new LoginSession(
                    client.ClientId, string.Join(' ', granted), AuthenticationMethods.OneTimeCode, AuthenticationContext.Password);
                return await opening.GoOnAsync(request, user, open, body.RefreshCookie);
            case CodeCheck.Wrong:
                return LoginCodeGrant.Unauthorized("invalid-code", "This is not the code of the mail.");
            case CodeCheck.TooManyTries(var wait):
                return new GrantAnswer.Answered(
                    Problem.TooManyRequests(wait, "There were too many wrong codes. Try again after the seconds in Retry-After."));
            default:
                return LoginCodeGrant.Expired;
        }
    }
}
