using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AuthServer.Email.Transports;

/// <summary>SendGrid: POST /v3/mail/send.</summary>
internal sealed class SendGridApi(Uri? address, string key) : IMailApi
{
    private readonly string _root = MailApiRequest.Root(address, "https://api.sendgrid.com");

    public string Name => "SendGrid";

    public HttpRequestMessage ToRequest(OutgoingMail mail)
    {
        var body = new JsonObject
        {
            ["personalizations"] = new JsonArray(new JsonObject { ["to"] = new JsonArray(new JsonObject { ["email"] = mail.To }) }),
            ["from"] = MailApiRequest.Parts(mail.From, "email"),
            ["subject"] = MimeForm.OneLine(mail.Content.Subject),
            // In this order: the service refuses another one.
            ["content"] = new JsonArray(Part("text/plain", mail.Content.Text), Part("text/html", mail.Content.Html)),
            ["headers"] = MailApiRequest.Headers(OutgoingMail.AutomaticHeaders.Append(("Message-ID", $"<{mail.MessageId}>"))),
            ["categories"] = new JsonArray(mail.Kind),
            // A link that passes through another host looks forged, and that host could use it first.
            ["tracking_settings"] = new JsonObject
            {
                ["click_tracking"] = new JsonObject { ["enable"] = false, ["enable_text"] = false },
                ["open_tracking"] = new JsonObject { ["enable"] = false },
                ["subscription_tracking"] = new JsonObject { ["enable"] = false },
            },
        };
        if (mail.ReplyTo is { } answers) body["reply_to"] = MailApiRequest.Parts(answers, "email");
        return Authorized(MailApiRequest.Post(_root + "/v3/mail/send", body));
    }

    public HttpRequestMessage ToLook() => Authorized(new HttpRequestMessage(HttpMethod.Get, _root + "/v3/scopes"));

    private static JsonObject Part(string type, string text) => new() { ["type"] = type, ["value"] = text };

    private HttpRequestMessage Authorized(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
