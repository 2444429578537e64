using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// E-mail address and password at POST /v1/auth/login: opens a client session with a refresh token, or asks for a second factor first.
/// </summary>
public sealed class LoginGrant(
    PasswordSignIn signIn, KnownDevice known, LoginScopes scopes, ReadySigners signers, SecondFactorRequirement requirement,
    LoginOpening opening, ConfirmationRules confirmation)
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
        switch (await signIn.SignInAsync(body.Email, body.Password, Caller.Of(http), http.RequestAborted, known.Read(http, body.Email)))
        {
            case SignInOutcome.SignedIn { User.EmailConfirmed: false } when confirmation.AreRequired:
                return new GrantAnswer.Answered(new Problem(
                    StatusCodes.Status403Forbidden, "email-confirmation-required",
                    "The person has to confirm the e-mail address first, at a page of this server or by choosing a new password."));
            case SignInOutcome.SignedIn(var user):
                var open = new LoginSession(client.ClientId, string.Join(' ', granted), Password, AuthenticationContext.Password);
                return await requirement.OfAsync(user, client.RequireSecondFactor, http.RequestAborted) switch
                {
                    SecondStep.None => await opening.OpenAsync(request, user, open, body.RefreshCookie),
                    SecondStep.Code => LoginCodeGrant.Ask(http, user, open),
                    _ => new GrantAnswer.Answered(new Problem(
                        StatusCodes.Status403Forbidden, "second-factor-enrolment-required",
                        "The account needs a second factor and has none. The person sets one up at the pages of this server.")),
                };
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
