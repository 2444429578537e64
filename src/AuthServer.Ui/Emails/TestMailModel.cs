using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Emails;

/// <summary>Proves to an operator that mail arrives.</summary>
public sealed record TestMailModel : MailModel
{
    /// <summary>The public address of the server.</summary>
    public required string Server { get; init; }

    public override string Subject(Branding brand) => Text.Of(Texts.MailTestSubject, brand.Name);
}
