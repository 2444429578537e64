using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>A new password, or a code to sign in, was asked for where there is no account.</summary>
public sealed record NoAccountModel : MailModel
{
    /// <summary>The address that was typed.</summary>
    public required string Asked { get; init; }

    /// <summary>Whether a code to sign in was asked for.</summary>
    public bool SignIn { get; init; }

    // The same as that of the mail with a code: a list of mails on a locked screen tells no more.
    public override string Subject(Branding brand) => 
        Text.Of(SignIn ? Texts.MailSignInSubject : Texts.MailPasswordResetSubject, brand.Name);
}
