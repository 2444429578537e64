using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AuthServer.Email.Transports;

/// <summary>A program of the operator, which takes mails in the form of docs/mail.md.</summary>
internal sealed class JsonMailApi(Uri address, string? key) : IMailApi
{
    public string Name => "EMAIL_SERVICE_URL";

    public HttpRequestMessage ToRequest(OutgoingMail mail)
    {
        var headers = OutgoingMail.AutomaticHeaders.Append(("Message-ID", $"<{mail.MessageId}>"));
        var request = MailApiRequest.Post(address.AbsoluteUri, new JsonObject
        {
            ["id"] = mail.Id.ToString(),
            ["kind"] = mail.Kind,
            ["date"] = mail.Date.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["from"] = MailApiRequest.Parts(mail.From, "address"),
            ["to"] = mail.To,
            ["reply_to"] = mail.ReplyTo is { } answers ? MailApiRequest.Parts(answers, "address") : null,
            ["subject"] = MimeForm.OneLine(mail.Content.Subject),
            ["text"] = mail.Content.Text,
            ["html"] = mail.Content.Html,
            ["headers"] = MailApiRequest.Headers(headers),
        });
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Idempotency-Key", mail.Id.ToString());
        return request;
    }

    // Whatever the program does with another request is its own matter.
    public HttpRequestMessage? ToLook() => null;
}
