using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>The person has removed the password of the account.</summary>
public sealed record PasswordRemovedModel : MailModel
{
    /// <summary>UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>Where the person looks after the account.</summary>
    public required string Link { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailPasswordRemovedSubject, brand.Name);
}
