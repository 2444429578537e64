using AuthServer.Ui.Layout;

namespace AuthServer.Ui.Emails;

/// <summary>What a mail says; beside each is the component that draws it.</summary>
public abstract record MailModel
{
    /// <summary>The line that a list of mails shows.</summary>
    public abstract string Subject(Branding brand);
}
