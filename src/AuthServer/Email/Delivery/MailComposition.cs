using AuthServer.Email.Letters;
using AuthServer.Email.Transports;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Layout;

namespace AuthServer.Email.Delivery;

/// <summary>Makes of a letter the mail that is sent: drawn in the recipient's language, from the operator's address.</summary>
internal sealed class MailComposition(EmailOptions options, Configuration.IssuerOptions issuer, Branding brand, MailDrawing drawing)
{
    public async Task<OutgoingMail> ComposeAsync(Guid id, Letter letter, DateTime writtenAt)
    {
        // Checked once more where it becomes a header: another SQL client may have written the address of an account.
        if (!Mailbox.IsAddress(letter.To)) throw new FormatException("The address of the recipient is not one.");
        var page = letter.Page;
        var sender = options.Sender ?? new Mailbox(null, $"no-reply@{issuer.Issuer.Host}");
        return new OutgoingMail(
            id, letter.Kind, sender.Name is null ? sender with { Name = brand.Name } : sender, letter.To, options.Answers,
            new DateTimeOffset(writtenAt, TimeSpan.Zero), await drawing.DrawAsync(page.Component, page.Model, letter.Language));
    }
}
