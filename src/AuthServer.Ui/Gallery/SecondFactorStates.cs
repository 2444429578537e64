using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Gallery;

/// <summary>The pages of second factors in every state.</summary>
public static class SecondFactorStates
{
    private static readonly AccountChip Alice = new("Alice Liddell", "alice@example.com", "AL");

    private static readonly SecondStepModel Code = new()
    {
        Account = Alice, Step = "0193", ReturnUrl = "/", SwitchUrl = "/signin?select=1",
        OtherWayUrl = "/signin/second-factor?with=recovery-code",
    };

    private static readonly SetUpModel SetUp = new()
    {
        Account = Alice, Action = "/account/security/totp", Step = "0193", SealedKey = "CfDJ8", QrSize = 21,
        Key = "MZXW 6YTB OIQG 4ZLX MZXW 6YTB OIQG 4ZLX",
        Address = "otpauth://totp/AuthPlatform:alice%40example.com?secret=MZXW6YTBOIQG4ZLXMZXW6YTBOIQG4ZLX&issuer=AuthPlatform",
        QrPath = "M0 0h7v7h-7zM14 0h7v7h-7zM0 14h7v7h-7zM9 9h5v5h-5z",
    };

    private static readonly FactorModel Factor = new()
    {
        Account = Alice, CodesLeft = 9, MayRemove = true,
        Devices =
        [
            new(Guid.CreateVersion7(), "Firefox", "Windows", DeviceShape.Computer, new DateTime(2026, 11, 28, 8, 0, 0, DateTimeKind.Utc)),
            new(Guid.CreateVersion7(), null, null, DeviceShape.Unknown, new DateTime(2026, 11, 3, 8, 0, 0, DateTimeKind.Utc)),
        ],
    };

    private static readonly RecoveryCodesModel Codes = new()
    {
        ServerName = "AuthPlatform", ContinueUrl = "/", Codes = [.. Enumerable.Range(2, 10).Select(i => $"k7q{i % 8}-mzxw-6ytb-oiqg")],
    };

    private static readonly SecurityModel Security = new() { Account = Alice, Password = new(true, null), Authenticator = new(null, 0) };

    public static IReadOnlyList<PageState> All { get; } =
    [
        new("second-step", typeof(SecondStepPage), Code),
        new("second-step-missing", typeof(SecondStepPage), Code with { Problem = SecondStepProblem.Missing }),
        new("second-step-wrong", typeof(SecondStepPage), Code with { Problem = SecondStepProblem.Wrong }),
        new(
            "second-step-too-many-tries", typeof(SecondStepPage),
            Code with { Problem = SecondStepProblem.TooManyTries, RetryAfter = TimeSpan.FromSeconds(30) }),
        new("second-step-expired", typeof(SecondStepPage), Code with { Problem = SecondStepProblem.FormExpired }),
        new("second-step-by-mail-too", typeof(SecondStepPage), Code with { OffersMail = true }),
        new(
            "second-step-too-many-mails", typeof(SecondStepPage),
            Code with { OffersMail = true, Problem = SecondStepProblem.TooManyMails, RetryAfter = TimeSpan.FromMinutes(40) }),
        new("second-step-recovery-code", typeof(SecondStepPage), Code with { UsesRecoveryCode = true }),
        new(
            "second-step-recovery-code-wrong", typeof(SecondStepPage),
            Code with { UsesRecoveryCode = true, Problem = SecondStepProblem.Wrong }),
        new("set-up-app", typeof(SetUpPage), SetUp),
        new("set-up-app-demanded", typeof(SetUpPage), SetUp with { Demanded = true }),
        new("set-up-app-missing", typeof(SetUpPage), SetUp with { Problem = SecondStepProblem.Missing }),
        new("set-up-app-wrong", typeof(SetUpPage), SetUp with { Problem = SecondStepProblem.Wrong }),
        new("set-up-app-expired", typeof(SetUpPage), SetUp with { Problem = SecondStepProblem.FormExpired }),
        new("recovery-codes", typeof(RecoveryCodesPage), Codes),
        new("account-security-app", typeof(SecurityPage), Security with { Authenticator = new(new DateTime(2026, 11, 2, 8, 0, 0), 9) }),
        new("account-security-app-off", typeof(SecurityPage), Security with { Done = AccountDone.SecondFactorOff }),
        new("factor", typeof(FactorPage), Factor),
        new("factor-fixed", typeof(FactorPage), Factor with { MayRemove = false, Devices = [], CodesLeft = 1 }),
        new("factor-wrong", typeof(FactorPage), Factor with { Act = FactorAct.Remove, Problem = SecondStepProblem.Wrong }),
        new("factor-after-passkey", typeof(FactorPage), Factor with { TakesCode = false }),
        new("factor-with-passkey", typeof(FactorPage), Factor with { PasskeyUrl = "/signin?prompt=login" }),
        new("own-codes", typeof(OwnCodesPage), new OwnCodesModel { Account = Alice, Left = 9 }),
        new("own-codes-expired", typeof(OwnCodesPage), new OwnCodesModel
        {
            Account = Alice, Left = 0, Problem = AccountProblem.FormExpired,
        }),
        new("account-security-codes", typeof(SecurityPage), Security with { Codes = new(0) }),
        new("factor-missing", typeof(FactorPage), Factor with { Act = FactorAct.RenewCodes, Problem = SecondStepProblem.Missing }),
    ];
}
