using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET /account/security: the ways into an account, each with a card of its own.</summary>
internal static class SecurityPages
{
    public static void MapSecurityPages(this IEndpointRouteBuilder routes) =>
        routes.MapPage(PagePaths.AccountSecurity, visit => PageAsync(visit, AccountProblem.None, StatusCodes.Status200OK));

    internal static async Task<IResult> PageAsync(AccountVisit visit, AccountProblem problem, int status)
    {
        var password = visit.Get<SignInMethodOptions>().Password
            ? await visit.Get<OwnPassword>().FindAsync(visit.UserId, visit.Aborted)
            : null;
        var passkeys = await PasskeyPages.CardAsync(visit);
        var authenticator = visit.Get<SecondFactorOptions>().IsOn
            ? new AuthenticatorCardModel(
                await visit.Get<AuthenticatorApps>().SinceAsync(visit.UserId, visit.Aborted),
                await visit.Get<RecoveryCodes>().LeftAsync(visit.UserId, visit.Aborted))
            : null;
        return visit.Page<SecurityPage>(new SecurityModel
        {
            Account = visit.Chip,
            Done = problem == AccountProblem.None ? visit.Done : AccountDone.None,
            Problem = problem,
            Password = password is null ? null : new(password.Exists, password.ChangedAt, MayGo: passkeys is { Passkeys.Count: > 0 }),
            Authenticator = authenticator,
            // With an app they stand on its card.
            Codes = authenticator is { Since: null } && passkeys is { Passkeys.Count: > 0 } ? new(authenticator.CodesLeft) : null,
            Passkeys = passkeys,
            Connections = await ConnectionPages.CardAsync(visit),
            Email = visit.Get<ConfirmationRules>() is { ChangesAreProven: true } rules
                ? new(visit.Session.Email, visit.Session.EmailConfirmed, rules.AreProven)
                : null,
        }, status);
    }
}
