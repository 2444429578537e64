using AuthServer.Ui.Accounts.Mailboxes;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Ui.Accounts.Registration;
using Microsoft.AspNetCore.Components;

namespace AuthServer.Ui.Gallery;

/// <summary>The pages that work with codes and links of mails, in every state.</summary>
public static class RecoveryStates
{
    private const string Address = "alice@example.com", SignIn = "/signin", Again = "/password/forgotten";

    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(12);

    private static readonly ForgottenPasswordModel Forgotten = new() { SignInUrl = SignIn, ReturnUrl = "/" };

    private static readonly MailedCodeModel Code = new()
    {
        Use = MailedCodeUse.PasswordReset, Email = Address, Request = "CfDJ8", AgainUrl = Again, ReturnUrl = "/",
    };

    // Not that of AccountPageStates, whose states need these.
    private static readonly DateTime Now = new(2026, 11, 29, 14, 30, 0, DateTimeKind.Utc);

    private static readonly AddedWayModel[] Added =
    [
        new(AddedWayKind.Passkey, "Windows Hello", Now.AddHours(-2)),
        new(AddedWayKind.Passkey, "", Now.AddDays(-1)),
        new(AddedWayKind.App, null, Now.AddDays(-1)),
        new(AddedWayKind.RecoveryCodes, null, Now.AddDays(-2)),
        new(AddedWayKind.Provider, "Fieldbook", Now.AddDays(-3)),
        new(AddedWayKind.AllowedApp, "Fieldnotes", Now.AddDays(-6)),
    ];

    private static readonly NewPasswordModel Choose = new() { Email = Address, Passed = "CfDJ8", PasswordRules = new(8, true) };

    private static readonly ConfirmAccountModel Account = new() { Email = Address, Token = "AZ2k", PasswordRules = new(8, true) };

    private static readonly ConfirmEmailModel Confirm = new() { Email = Address, ReturnUrl = "/", SkipUrl = "/" };

    private static readonly EmailLinkModel Link = new() { Email = Address, Token = "AZ2k" };

    private static readonly UndoEmailModel Undo = new() { Email = Address, Token = "AZ2k" };

    private static readonly NotMeModel NotMe = new()
    {
        Email = Address, At = new DateTime(2026, 11, 29, 15, 4, 0, DateTimeKind.Utc), Token = "AZ2k",
    };

    private static readonly Dictionary<string, string> Fields = new() { ["email"] = Address };

    public static readonly IReadOnlyList<PageState> All =
    [
        Of<ForgottenPasswordPage>("forgotten-password", Forgotten),
        Of<ForgottenPasswordPage>("forgotten-password-missing", Forgotten with { Problem = ForgottenPasswordProblem.EmailMissing }),
        Of<ForgottenPasswordPage>(
            "forgotten-password-invalid", Forgotten with { Email = "alice@", Problem = ForgottenPasswordProblem.EmailInvalid }),
        Of<ForgottenPasswordPage>(
            "forgotten-password-too-many",
            Forgotten with { Email = Address, Problem = ForgottenPasswordProblem.TooManyMails, RetryAfter = Wait }),
        Of<ForgottenPasswordPage>("forgotten-password-expired", Forgotten with { Problem = ForgottenPasswordProblem.FormExpired }),
        Of<ForgottenPasswordPage>("forgotten-password-no-cookies", Forgotten with { Problem = ForgottenPasswordProblem.NoCookies }),
        Of<MailedCodePage>("mailed-code", Code),
        Of<MailedCodePage>("mailed-code-wrong", Code with { Problem = MailedCodeProblem.Wrong }),
        Of<MailedCodePage>("mailed-code-ended", Code with { Problem = MailedCodeProblem.Ended }),
        Of<MailedCodePage>("mailed-code-too-many", Code with { Problem = MailedCodeProblem.TooManyTries, RetryAfter = Wait }),
        Of<MailedCodePage>("mailed-code-expired", Code with { Problem = MailedCodeProblem.FormExpired }),
        Of<MailedCodePage>("mailed-code-no-cookies", Code with { Problem = MailedCodeProblem.NoCookies }),
        Of<MailedCodePage>("mailed-code-registration", Code with { Use = MailedCodeUse.Registration, AgainUrl = "/signup" }),
        Of<MailedCodePage>("mailed-code-sign-in", Code with { Use = MailedCodeUse.SignIn, AgainUrl = SignIn, AgainFields = Fields }),
        Of<MailedCodePage>("mailed-code-sign-in-ended", Code with
        {
            Use = MailedCodeUse.SignIn, AgainUrl = SignIn, AgainFields = Fields, Problem = MailedCodeProblem.Ended,
        }),
        Of<MailedCodePage>("mailed-code-second-factor", Code with
        {
            Use = MailedCodeUse.SecondFactor,
            AgainUrl = "/signin/second-factor",
            Problem = MailedCodeProblem.TooManyTries,
            RetryAfter = Wait,
        }),
        Of<MailedCodePage>("mailed-code-email", Code with { Use = MailedCodeUse.Email, AgainUrl = "/email/confirm", SkipUrl = "/" }),
        Of<NewPasswordPage>("new-password", Choose),
        Of<NewPasswordPage>("new-password-added", Choose with { Added = Added }),
        Of<NewPasswordPage>("new-password-added-stay", Choose with { Added = Added, FactorsStay = true, RemovesAdded = true }),
        Of<NewPasswordPage>("new-password-by-link", Choose with { Passed = null, Token = "AZ2k" }),
        Of<NewPasswordPage>("new-password-weak", Choose with { Problems = [CreateAccountProblem.PasswordTooCommon] }),
        Of<NewPasswordPage>("new-password-busy", Choose with { Problems = [CreateAccountProblem.Busy], RetryAfter = Wait }),
        Of<NewPasswordPage>("new-password-expired", Choose with { Problems = [CreateAccountProblem.FormExpired] }),
        Of<NewPasswordPage>("new-password-no-cookies", Choose with { Problems = [CreateAccountProblem.NoCookies] }),
        Of<PasswordSetPage>("password-set", new PasswordSetModel { SignInUrl = SignIn }),
        Of<LinkEndedPage>("link-ended", new LinkEndedModel { SignInUrl = SignIn, AgainUrl = Again }),
        Of<LinkEndedPage>("link-ended-without-mail", new LinkEndedModel { SignInUrl = SignIn }),
        Of<ConfirmAccountPage>("confirm-account", Account),
        Of<ConfirmAccountPage>("confirm-account-weak", Account with { Problems = [CreateAccountProblem.PasswordTooCommon] }),
        Of<ConfirmAccountPage>("confirm-account-busy", Account with { Problems = [CreateAccountProblem.Busy], RetryAfter = Wait }),
        Of<ConfirmAccountPage>("confirm-account-expired", Account with { Problems = [CreateAccountProblem.FormExpired] }),
        Of<ConfirmAccountPage>("confirm-account-no-cookies", Account with { Problems = [CreateAccountProblem.NoCookies] }),
        Of<ConfirmEmailPage>("confirm-email", Confirm),
        Of<ConfirmEmailPage>("confirm-email-required", Confirm with { SkipUrl = null }),
        Of<ConfirmEmailPage>("confirm-email-for-way-in", Confirm with { SkipUrl = "/account/security", ForWayIn = true }),
        Of<ConfirmEmailPage>("confirm-email-too-many", Confirm with { Problem = ConfirmEmailProblem.TooManyMails, RetryAfter = Wait }),
        Of<ConfirmEmailPage>("confirm-email-expired", Confirm with { Problem = ConfirmEmailProblem.FormExpired }),
        Of<EmailLinkPage>("email-link", Link),
        Of<EmailLinkPage>("email-link-change", Link with { IsChange = true }),
        Of<EmailLinkPage>("email-link-elsewhere", Link with { SignInUrl = SignIn }),
        Of<EmailProvenPage>("email-confirmed", new EmailProvenModel { Email = Address, ContinueUrl = "/" }),
        Of<EmailProvenPage>("email-changed", new EmailProvenModel { Email = Address, IsChange = true, ContinueUrl = "/" }),
        Of<NotMePage>("not-me", NotMe),
        Of<NotMePage>("not-me-stale", NotMe with { IsStale = true }),
        Of<UndoEmailPage>("undo-email", Undo),
        Of<UndoEmailPage>("undo-email-taken", Undo with { IsTaken = true }),
    ];

    private static PageState Of<TPage>(string name, object model) where TPage : IComponent => new(name, typeof(TPage), model);
}
