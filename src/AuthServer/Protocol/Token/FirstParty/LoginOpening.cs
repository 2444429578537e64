using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>The end of a login, after one step or two: a session, its tokens, and the device that is known from now on.</summary>
public sealed class LoginOpening(
    LoginSessions sessions, KnownDevice known, SignInNotice notices, ReplacedSession replaced, SessionTokens tokens,
    SecondFactorRequirement requirement, RecoveryCodes codes)
{
    /// <summary>One answer for a wrong password, an unknown address and a disabled account.</summary>
    public static GrantAnswer.Answered Refusal { get; } = new(
        new Problem(StatusCodes.Status401Unauthorized, "invalid-credentials", "The e-mail address and the password do not match.")
        {
            Challenge = "Bearer",
        });

    /// <summary>Opens the session after the first step, or asks for the second.</summary>
    public async ValueTask<GrantAnswer> GoOnAsync(GrantRequest request, User user, LoginSession open, bool inCookie) =>
        await requirement.OfAsync(user, request.Client.RequireSecondFactor, request.Http.RequestAborted) switch
        {
            SecondStep.None => await OpenAsync(request, user, open, inCookie),
            SecondStep.Code => LoginCodeGrant.Ask(request.Http, user, open),
            SecondStep.Passkey => await codes.LeftAsync(user.Id, request.Http.RequestAborted) > 0
                ? LoginCodeGrant.Ask(request.Http, user, open, hasApp: false)
                : new GrantAnswer.Answered(new Problem(
                    StatusCodes.Status403Forbidden, "second-factor-passkey-required",
                    "The second factor of the account is a passkey, which is used at the pages of this server: send the person to the "
                        + "authorization endpoint.")),
            _ => new GrantAnswer.Answered(new Problem(
                StatusCodes.Status403Forbidden, "second-factor-enrolment-required",
                "The account needs a second factor and has none. The person sets an authenticator app up at the pages of this server.")),
        };

    /// <param name="user">As read when the password was checked.</param>
    /// <param name="inCookie">The refresh token travels in the cookie.</param>
    public async ValueTask<GrantAnswer> OpenAsync(GrantRequest request, User user, LoginSession open, bool inCookie)
    {
        var (http, caller) = (request.Http, Caller.Of(request.Http));
        var notice = notices.For(user, known.IsTrusted(http, user), caller, request.Client.Name);
        open = open with
        {
            Confirmation = request.Sender?.RowText(request.Client.IsPublic),
            Lifetime = request.Client.Tokens.RefreshTokenLifetime,
        };
        // Not cancelled with the request: the transaction decides.
        if (await sessions.OpenAsync(user, open, caller, CancellationToken.None, notice is null ? null : notice.AddTo)
            is not var (session, token)) return Refusal;
        notice?.Wake();
        if (inCookie) known.WriteCookie(http, user);
        else known.WriteHeader(http, user);
        if (inCookie) await replaced.EndAsync(http, open.ClientId, caller);
        return await tokens.GrantAsync(request, session, SpaceList.Split(session.Scopes), token, nonce: null, http.RequestAborted);
    }
}
