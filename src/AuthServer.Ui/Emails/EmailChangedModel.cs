using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The account has another address now; this mail goes to the former one.</summary>
public sealed record EmailChangedModel : MailModel
{
    public required string Former { get; init; }

    /// <summary>Null where the former address may be that of a stranger.</summary>
    public string? NewEmail { get; init; }

    /// <summary>Takes the change back; null where the former address may not.</summary>
    public string? Link { get; init; }

    /// <summary>How long the link works.</summary>
    public required TimeSpan Lifetime { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailEmailChangedSubject, brand.Name);
}
