using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The password of the account is another one now.</summary>
public sealed record PasswordChangedModel : MailModel
{
    /// <summary>UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>Whether an admin has changed it.</summary>
    public bool ByAdmin { get; init; }

    /// <summary>Where the person looks after the account.</summary>
    public required string Link { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailPasswordChangedSubject, brand.Name);
}
