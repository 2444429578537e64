using System.Globalization;
using System.Text;
using AuthServer.Doctor;

namespace AuthServer.Email.Transports;

/// <summary>Writes each mail as a file, where nothing is configured: a developer reads them at /dev/mail, or opens them.</summary>
internal sealed class FileTransport(MailFolder folder) : IMailTransport
{
    public string Description => folder.Path;

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await MimeForm.Of(mail).WriteToAsync(text, cancellationToken);
        try
        {
            return new SendOutcome.Sent(folder.Write(NameOf(mail), Encoding.UTF8.GetString(text.ToArray())));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SendOutcome.Unavailable(error.Message);
        }
    }

    public Task<Finding> LookAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Finding.Skipped($"nothing is configured: in Development mails become files in {folder.Path}"));

    public Task RestAsync() => Task.CompletedTask;

    // The names sort by time, and a second attempt of a mail replaces the first.
    private static string NameOf(OutgoingMail mail) => string.Create(
        CultureInfo.InvariantCulture, $"{mail.Date.UtcDateTime:yyyyMMdd-HHmmss-fff}-{mail.Kind}-{mail.Id:N}{MailFolder.Extension}");
}
