using AuthServer.Ui.Emails;
using Microsoft.AspNetCore.Components;

namespace AuthServer.Ui.Gallery;

/// <summary>One mail in one state.</summary>
/// <param name="Mail">The component that draws the model.</param>
public sealed record MailState(string Name, Type Mail, MailModel Model);

/// <summary>Every mail in every state.</summary>
public static class MailStates
{
    private const string Alice = "alice@example.org", Server = "https://id.example.com";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly DateTime At = new(2026, 11, 29, 15, 4, 0, DateTimeKind.Utc);

    private static readonly AccountClosedMailModel Closed = new()
    {
        Account = Alice, DeleteAfter = At.AddDays(14), SignInLink = Server + "/signin", ForgottenLink = Server + "/password/forgotten",
    };

    public static readonly IReadOnlyList<MailState> All =
    [
        Of<ApprovalMail>("mail-approval", new ApprovalMailModel
        {
            Account = Alice, App = "Fieldnotes", Message = "Order 4711", Link = Server + "/approve?request=0198", Lifetime = Lifetime,
            Address = "203.0.113.9",
        }),
        Of<ConfirmEmailMail>("mail-confirm-new-account", new ConfirmEmailModel
        {
            Email = Alice, Code = "482913", Link = Server + "/signup/confirm?token=AZ2k", Lifetime = Lifetime, NewAccount = true,
        }),
        Of<ConfirmEmailMail>("mail-confirm-email", new ConfirmEmailModel
        {
            Email = Alice, Code = "482913", Link = Server + "/email/link?token=AZ2k", Lifetime = Lifetime,
        }),
        Of<AccountExistsMail>("mail-account-exists", new AccountExistsModel
        {
            Email = Alice, SignInLink = Server + "/signin", ForgottenLink = Server + "/password/forgotten",
        }),
        Of<PasswordResetMail>("mail-password-reset", new PasswordResetModel
        {
            Account = Alice, Code = "482913", Link = Server + "/password/reset?token=AZ2k", Lifetime = Lifetime,
        }),
        Of<PasswordResetMail>("mail-password-reset-by-admin", new PasswordResetModel
        {
            Account = Alice, Link = Server + "/password/reset?token=AZ2k", Lifetime = Lifetime,
        }),
        Of<NoAccountMail>("mail-no-account", new NoAccountModel { Asked = Alice }),
        Of<PasswordChangedMail>("mail-password-changed", new PasswordChangedModel { At = At, Account = Alice, Link = Server + "/account" }),
        Of<PasswordChangedMail>("mail-password-changed-by-admin", new PasswordChangedModel
        {
            At = At, Account = Alice, Link = Server + "/account", ByAdmin = true,
        }),
        Of<PasswordRemovedMail>("mail-password-removed", new PasswordRemovedModel { At = At, Account = Alice, Link = Server + "/account" }),
        Of<EmailChangedMail>("mail-email-changed", new EmailChangedModel
        {
            Former = Alice, NewEmail = "alice@new.example.org", Link = Server + "/email/undo?token=AZ2k", Lifetime = TimeSpan.FromDays(7),
        }),
        Of<EmailChangedMail>("mail-email-changed-never-confirmed", new EmailChangedModel
        {
            Former = Alice, Lifetime = TimeSpan.FromDays(7),
        }),
        Of<NewSignInMail>("mail-new-sign-in", new NewSignInModel
        {
            At = At, Account = Alice, Browser = "Firefox", System = "Windows", Address = "192.0.2.7", App = "Fieldnotes",
            Place = "Lausanne, Switzerland", Link = Server + "/account/sessions", NotMeLink = Server + "/signin/not-me?token=AZ2k",
        }),
        Of<NewSignInMail>("mail-new-sign-in-little-known", new NewSignInModel
        {
            At = At, Account = Alice, Link = Server + "/account/sessions", NotMeLink = Server + "/signin/not-me?token=AZ2k",
        }),
        Of<NewSignInMail>("mail-new-sign-in-of-an-earlier-version", new NewSignInModel
        {
            At = At, Account = Alice, Link = Server + "/account/sessions",
        }),
        Of<AccountClosedMail>("mail-account-closed", Closed),
        Of<AccountClosedMail>("mail-account-closed-without-passwords", Closed with { ForgottenLink = null }),
        Of<AccountKeptMail>("mail-account-kept", new AccountKeptMailModel { Account = Alice, Link = Server + "/account/security" }),
        .. Enum.GetValues<WayInChange>().Select(change => Of<WayInChangedMail>($"mail-{WordOf(change)}", WayIn(change))),
        Of<WayInChangedMail>("mail-app-removed-by-admin", WayIn(WayInChange.AppRemoved) with { ByAdmin = true }),
        Of<SignInCodeMail>("mail-sign-in-code", new SignInCodeModel
        {
            Account = Alice, Code = "482913", Link = Server + "/signin/link?token=AZ2k", Lifetime = Lifetime, Browser = "Firefox",
            System = "Windows", Address = "192.0.2.7",
        }),
        Of<SecondFactorCodeMail>("mail-second-factor-code", new SignInCodeModel
        {
            Account = Alice, Code = "482913", Lifetime = Lifetime, Browser = "Firefox", System = "Windows", Address = "192.0.2.7",
        }),
        Of<NoAccountMail>("mail-no-account-to-sign-in", new NoAccountModel { Asked = Alice, SignIn = true }),
        Of<TestMail>("mail-test", new TestMailModel { Server = Server }),
    ];

    private static WayInChangedModel WayIn(WayInChange change) => new()
    {
        At = At, Account = Alice, Change = change, Link = Server + "/account/security",
        Name = change is WayInChange.PasskeyAdded or WayInChange.PasskeyRemoved ? "Alice's phone" : null,
        ForgottenLink = change is WayInChange.PasskeyAdded or WayInChange.AppAdded ? Server + "/password/forgotten" : null,
    };

    private static string WordOf(WayInChange change) => change switch
    {
        WayInChange.AppAdded => "app-added",
        WayInChange.AppRemoved => "app-removed",
        WayInChange.AppReplaced => "app-replaced",
        WayInChange.RecoveryCodesRenewed => "recovery-codes-renewed",
        WayInChange.PasskeyAdded => "passkey-added",
        WayInChange.PasskeyRemoved => "passkey-removed",
        WayInChange.PasskeysRemoved => "passkeys-removed",
        WayInChange.ProviderConnected => "provider-connected",
        WayInChange.ProviderDisconnected => "provider-disconnected",
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private static MailState Of<TMail>(string name, MailModel model) where TMail : IComponent => new(name, typeof(TMail), model);
}
