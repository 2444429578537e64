using MimeKit;

namespace AuthServer.Email.Transports;

/// <summary>A mail of <see cref="MailFolder"/>, as a developer looks at it.</summary>
/// <param name="Headers">As they stand in the file, in their order.</param>
public sealed record FiledMail(string Subject, string To, DateTimeOffset Date, string Html, string Text, string Headers)
{
    /// <returns>Null: there is no mail of this name.</returns>
    public static FiledMail? Read(MailFolder folder, string name)
    {
        if (folder.Find(name) is not { } path) return null;
        using var message = MimeMessage.Load(path);
        return new(
            message.Subject ?? "", string.Join(", ", message.To.Mailboxes.Select(to => to.Address)), message.Date, message.HtmlBody ?? "",
            message.TextBody ?? "", string.Join('\n', message.Headers.Select(header => $"{header.Field}: {header.Value}")));
    }
}
