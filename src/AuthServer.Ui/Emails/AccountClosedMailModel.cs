using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The person has asked for the deletion of the account.</summary>
public sealed record AccountClosedMailModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime DeleteAfter { get; init; }

    /// <summary>Where the person signs in to keep it.</summary>
    public required string SignInLink { get; init; }

    /// <summary>Where a person whose password was changed by somebody else gets a new one first; null without passwords.</summary>
    public string? ForgottenLink { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailAccountClosedSubject, brand.Name);
}
