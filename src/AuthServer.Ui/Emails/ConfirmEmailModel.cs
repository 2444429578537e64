using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The code and the link that show whose mailbox it is.</summary>
public sealed record ConfirmEmailModel : MailModel
{
    /// <summary>The address that is to be confirmed.</summary>
    public required string Email { get; init; }

    /// <summary>For the tab or the app that asked.</summary>
    public required string Code { get; init; }

    /// <summary>For any other browser; null where there is no link.</summary>
    public string? Link { get; init; }

    /// <summary>How long both work.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Whether an account is made by it.</summary>
    public bool NewAccount { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailConfirmSubject, brand.Name);
}
