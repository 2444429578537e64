using MimeKit;
using MimeKit.Text;

namespace AuthServer.Email.Transports;

/// <summary>A mail as text of the internet (RFC 5322, RFC 2045): for a mail server, and for a file.</summary>
internal static class MimeForm
{
    public static MimeMessage Of(OutgoingMail mail)
    {
        var message = new MimeMessage
        {
            MessageId = mail.MessageId,
            Date = mail.Date,
            Subject = OneLine(mail.Content.Subject),
            // RFC 2046 section 5.1.4: the last form is the best.
            Body = new MultipartAlternative { Part(TextFormat.Plain, mail.Content.Text), Part(TextFormat.Html, mail.Content.Html) },
        };
        message.From.Add(AddressOf(mail.From));
        message.To.Add(new MailboxAddress(null, mail.To));
        if (mail.ReplyTo is { } answers) message.ReplyTo.Add(AddressOf(answers));
        foreach (var (name, value) in OutgoingMail.AutomaticHeaders) message.Headers.Add(name, value);
        return message;
    }

    /// <summary>The name of a brand or of a person must not begin another header.</summary>
    /// <remarks>U+2028 and U+2029 end a line for some programs, though not in RFC 5322.</remarks>
    public static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();

    private static MailboxAddress AddressOf(Mailbox mailbox) => new(mailbox.Name is { } name ? OneLine(name) : null, mailbox.Address);

    private static TextPart Part(TextFormat format, string text) =>
        new(format) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
}
