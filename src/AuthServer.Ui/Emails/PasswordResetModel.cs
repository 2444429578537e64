using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The code and the link with which a person chooses a new password.</summary>
public sealed record PasswordResetModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>For the tab or the app that asked; null when an admin lets the mail be sent.</summary>
    public string? Code { get; init; }

    /// <summary>For any other browser.</summary>
    public required string Link { get; init; }

    /// <summary>How long both work.</summary>
    public required TimeSpan Lifetime { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailPasswordResetSubject, brand.Name);
}
