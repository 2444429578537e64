using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// E-mail address and password at POST /v1/auth/login: opens a client session with a refresh token, or asks for a second factor first.
/// </summary>
public sealed class LoginGrant(
    PasswordSignIn signIn, SignInMethodOptions methods, KnownDevice known, LoginScopes scopes, ReadySigners signers, LoginOpening opening,
    ConfirmationRules confirmation)
    : ITokenGrant<LoginGrantRequest>
{
    internal static GrantAnswer.Answered Unconfirmed { get; } = new(new Problem(
        StatusCodes.Status403Forbidden, "email-confirmation-required",
        "The person has to confirm the e-mail address first, at a page of this server or by choosing a new password."));

    public async ValueTask<GrantAnswer> DecideAsync(LoginGrantRequest request)
    {
        var (http, client, body) = (request.Http, request.Client, request.Body);
        // The rules of registration say so; a row that another program wrote may say otherwise.
        if (!client.MaySignIn)
        {
            return new GrantAnswer.Refused(OAuthErrors.UnauthorizedClient, "Only first-party clients may sign people in here.");
        }

        if (!methods.Password)
        {
            return new GrantAnswer.Answered(new Problem(
                StatusCodes.Status403Forbidden, "password-sign-in-off", "Nobody signs in with a password at this server."));
        }

        var (granted, beyond) = await scopes.ChooseAsync(client, body.Scope, http.RequestAborted);
        if (beyond is not null)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
        }
        await signers.RequireAsync(request, granted, [], withIdToken: false);
        switch (await signIn.SignInAsync(body.Email, body.Password, Caller.Of(http), http.RequestAborted, known.Read(http, body.Email)))
        {
            case SignInOutcome.SignedIn { User.EmailConfirmed: false } when confirmation.AreRequired:
                return Unconfirmed;
            case SignInOutcome.SignedIn(var user):
                var open = new LoginSession(
                    client.ClientId, string.Join(' ', granted), AuthenticationMethods.Password, AuthenticationContext.Password);
                return await opening.GoOnAsync(request, user, open, body.RefreshCookie);
            case SignInOutcome.TooManyTries(var wait):
                return new GrantAnswer.Answered(
                    Problem.TooManyRequests(wait, "There were too many tries to sign in. Try again after the seconds in Retry-After."));
            case SignInOutcome.Busy(var wait):
                return new GrantAnswer.Answered(Problem.Busy(wait));
            default:
                return LoginOpening.Refusal;
        }
    }
}
