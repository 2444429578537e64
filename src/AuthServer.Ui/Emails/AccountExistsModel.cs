using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>An account was asked for where there is one already.</summary>
public sealed record AccountExistsModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Email { get; init; }

    public required string SignInLink { get; init; }

    /// <summary>Where a new password is chosen; null on a server without passwords.</summary>
    public string? ForgottenLink { get; init; }

    // The same as that of the mail with a code: a list of mails on a locked screen tells no more.
    public override string Subject(Branding brand) => Text.Of(Texts.MailConfirmSubject, brand.Name);
}
