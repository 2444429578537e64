using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>An account that was to be deleted is kept.</summary>
public sealed record AccountKeptMailModel : MailModel
{
    /// <summary>The address of the account.</summary>
    public required string Account { get; init; }

    /// <summary>Where the person looks after the account.</summary>
    public required string Link { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailAccountKeptSubject, brand.Name);
}
