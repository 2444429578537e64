using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>An app waits until the person has decided.</summary>
public sealed record ApprovalMailModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    public required string App { get; init; }

    /// <summary>What the app shows at the same time; null where it shows nothing.</summary>
    public string? Message { get; init; }

    public required string Link { get; init; }

    /// <summary>How long the app waits.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>The IP address that asked.</summary>
    public string? Address { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailApprovalSubject, App);
}
