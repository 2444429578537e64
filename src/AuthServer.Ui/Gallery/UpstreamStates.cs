using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Accounts.Upstream;
using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Gallery;

/// <summary>The pages of sign-in with other providers in every state.</summary>
public static class UpstreamStates
{
    private static readonly AccountChip Alice = new("Alice Liddell", "alice@example.com", "AL");

    private static readonly UpstreamWaysModel Ways = new(
        [new("google", "Google", WasLast: true), new("corp", "Corp account with a rather long name", WasLast: false)]);

    private static readonly SignInModel SignIn = new() { CreateAccountUrl = "/signup", Upstream = Ways };

    private static readonly SecurityModel Security = new()
    {
        Account = Alice,
        Password = new(true, null),
        Connections = new(
            [
                new("a1", "Google", "alice@example.com", new DateTime(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc), IsUsable: true),
                new("a2", "https://former.example", null, null, IsUsable: false),
            ],
            [new("corp", "Corp account")]),
    };

    public static IReadOnlyList<PageState> All { get; } =
    [
        new("sign-in-upstream", typeof(SignInPage), SignIn),
        new("sign-in-upstream-passkey", typeof(SignInPage), SignIn with
        {
            OffersPasskeys = true, ForgottenPasswordUrl = "/password/forgotten",
        }),
        new("sign-in-connecting", typeof(SignInPage), SignIn with { Connecting = "Google", Email = "alice@example.com" }),
        new("create-account-upstream", typeof(CreateAccountPage), new CreateAccountModel
        {
            PasswordRules = new(8, true), SignInUrl = "/signin", Upstream = Ways,
        }),
        new("upstream-connect", typeof(ConnectPage), new ConnectModel("Google", "alice@example.com", Alice, null)),
        new("upstream-connect-nameless", typeof(ConnectPage), new ConnectModel("Google", null, Alice, null)),
        new("account-security-connections", typeof(SecurityPage), Security),
        new("account-security-connected", typeof(SecurityPage), Security with { Done = AccountDone.Connected }),
        new("account-security-disconnected", typeof(SecurityPage), Security with { Done = AccountDone.Disconnected }),
        new("account-security-last", typeof(SecurityPage), Security with { Problem = AccountProblem.LastWayIn }),
        .. Enum.GetValues<UpstreamProblem>().Select(problem => new PageState(
            $"upstream-{problem}".ToLowerInvariant(), typeof(UpstreamFailedPage),
            new UpstreamFailedModel("Google", problem, "/signin", IsOfAccount: problem == UpstreamProblem.OfAnother)
            {
                RetryAfter = TimeSpan.FromMinutes(12),
            })),
    ];
}
