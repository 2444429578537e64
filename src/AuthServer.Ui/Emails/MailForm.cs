namespace AuthServer.Ui.Emails;

/// <summary>In which form a mail is drawn: each of its parts can do both.</summary>
public enum MailForm
{
    Html,
    Text,
}
