using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The account has another address now; this mail goes to the former one.</summary>
public sealed record EmailChangedModel : MailModel
{
    public required string Former { get; init; }

    public required string NewEmail { get; init; }

    /// <summary>Takes the change back.</summary>
    public required string Link { get; init; }

    /// <summary>How long the link works.</summary>
    public required TimeSpan Lifetime { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailEmailChangedSubject, brand.Name);
}
