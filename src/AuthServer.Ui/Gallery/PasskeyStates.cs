using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Gallery;

/// <summary>The pages of passkeys in every state.</summary>
public static class PasskeyStates
{
    private static readonly AccountChip Alice = new("Alice Liddell", "alice@example.com", "AL");

    private static readonly PasskeyModel Phone = new(
        Guid.CreateVersion7(), "My phone", "iCloud Keychain", IsSynced: true, new DateTime(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc),
        new DateTime(2026, 11, 28, 8, 0, 0, DateTimeKind.Utc), "AAECAwQFBgc", PasskeyShape.Manager);

    private static readonly PasskeyModel Key = new(
        Guid.CreateVersion7(), "YubiKey", "YubiKey", IsSynced: false, new DateTime(2026, 11, 4, 8, 0, 0, DateTimeKind.Utc), null,
        "EBESExQVFhc", PasskeyShape.Key);

    private static readonly PasskeyModel Unknown = new(
        Guid.CreateVersion7(), "", null, IsSynced: false, new DateTime(2026, 11, 3, 8, 0, 0, DateTimeKind.Utc), null, "CAkKCwwNDg8");

    private static readonly SecurityModel Security = new()
    {
        Account = Alice, Password = new(true, null), Passkeys = new([Phone, Unknown, Key], "example.com", "AZMA", Alice),
    };

    private static readonly PasskeysCardModel WithIcons = new(
        [
            Phone with { Icon = new("/assets/sample-app.sample.svg") }, Unknown,
            Key with { Icon = new("/assets/icon.sample.svg", "/assets/sample-app.sample.svg") },
        ],
        "example.com", "AZMA", Alice);

    private static readonly NewPasskeyModel New = new() { Account = Alice };

    private static readonly PasskeyPageModel One = new() { Account = Alice, Passkey = Phone };

    private static readonly SignInModel SignIn = new() { OffersPasskeys = true, CreateAccountUrl = "/signup" };

    private static readonly KeepAccountModel Keep = new(
        "alice@example.com", new DateTime(2026, 12, 8, 14, 30, 0, DateTimeKind.Utc), "CfDJ8", "/account");

    private static readonly NewAccountPasskeyModel SignUp = new()
    {
        Email = "alice@example.com", PasswordUrl = "/signup", Passed = "CfDJ8",
    };

    private static readonly PasskeyOfferModel Offer = new() { Account = Alice, ContinueUrl = "/connect/authorize?client_id=notebook" };

    private static readonly SecondStepModel Step = new()
    {
        Account = Alice, Step = "1", OtherWayUrl = "/signin/second-factor?with=recovery-code", SwitchUrl = "/signin", TakesPasskey = true,
    };

    public static IReadOnlyList<PageState> All { get; } =
    [
        new("create-account-passkey-offered", typeof(CreateAccountPage), new CreateAccountModel
        {
            OffersPasskey = true, PasswordRules = new(8, true), SignInUrl = "/signin",
        }),
        .. Enum.GetValues<NewAccountPasskeyProblem>().Select(problem => new PageState(
            $"create-account-passkey-{problem}".ToLowerInvariant(), typeof(NewAccountPasskeyPage), SignUp with { Problem = problem })),
        new("passkey-offer", typeof(PasskeyOfferPage), Offer) { GoesOn = true },
        new("passkey-offer-refused", typeof(PasskeyOfferPage), Offer with { Refused = true }) { GoesOn = true },
        new("second-step-passkey", typeof(SecondStepPage), Step),
        new("second-step-passkey-alone", typeof(SecondStepPage), Step with { TakesCode = false }),
        new("second-step-passkey-without-codes", typeof(SecondStepPage), Step with { TakesCode = false, TakesRecoveryCode = false }),
        new("second-step-passkey-lost", typeof(SecondStepPage), Step with { TakesCode = false, UsesRecoveryCode = true }),
        new("second-step-passkey-refused", typeof(SecondStepPage), Step with { Problem = SecondStepProblem.PasskeyRefused }),
        new("account-security-password-may-go", typeof(SecurityPage), Security with { Password = new(true, null, MayGo: true) }),
        new("account-security-password-removed", typeof(SecurityPage), Security with
        {
            Password = new(false, null), Done = AccountDone.PasswordRemoved,
        }),
        .. Enum.GetValues<PasswordRemovalNeed>().Select(need => new PageState(
            $"account-password-remove-{need}".ToLowerInvariant(), typeof(RemovePasswordPage),
            new RemovePasswordModel { Account = Alice, Needs = need })),
        new("sign-in-passkey", typeof(SignInPage), SignIn),
        new("sign-in-passkey-refused", typeof(SignInPage), SignIn with
        {
            Problem = SignInProblem.PasskeyRefused, UnknownPasskey = new("example.com", "EBESExQVFhc"),
        }),
        new("sign-in-passkey-wanted", typeof(SignInPage), SignIn with
        {
            Email = "alice@example.com", Problem = SignInProblem.PasskeyWanted,
        }),
        new("keep-account-code", typeof(KeepAccountPage), Keep with { Need = KeepNeed.Code, Problem = SecondStepProblem.Wrong }),
        new("keep-account-passkey", typeof(KeepAccountPage), Keep with { Need = KeepNeed.Passkey, SignInUrl = "/signin" }),
        new("keep-account-recovery-code", typeof(KeepAccountPage), Keep with
        {
            Need = KeepNeed.Passkey, TakesRecoveryCode = true, SignInUrl = "/signin",
        }),
        new("account-security-passkeys", typeof(SecurityPage), Security),
        new("account-security-no-passkey", typeof(SecurityPage), Security with { Passkeys = new([], "example.com", "AZMA", Alice) }),
        new("account-security-passkey-added", typeof(SecurityPage), Security with
        {
            Passkeys = WithIcons, Done = AccountDone.PasskeyAdded,
        }),
        new("account-security-passkey-removed", typeof(SecurityPage), Security with { Done = AccountDone.PasskeyRemoved }),
        new("account-passkey-new", typeof(NewPasskeyPage), New),
        new("account-passkey-refused", typeof(NewPasskeyPage), New with { Problem = AccountProblem.PasskeyRefused }),
        new("account-passkey-too-many", typeof(NewPasskeyPage), New with { Problem = AccountProblem.TooManyPasskeys }),
        new("account-passkey", typeof(PasskeyPage), One),
        new("account-passkey-unnamed", typeof(PasskeyPage), One with { Passkey = Unknown }),
        new("account-passkey-name-wrong", typeof(PasskeyPage), One with { NameIsWrong = true, Typed = "" }),
        new("account-passkey-last", typeof(PasskeyPage), One with { Problem = AccountProblem.LastWayIn }),
        new("account-passkey-last-no-passwords", typeof(PasskeyPage), One with { Problem = AccountProblem.LastWayInWithoutPasswords }),
    ];
}
