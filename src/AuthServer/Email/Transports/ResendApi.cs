using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AuthServer.Email.Transports;

/// <summary>Resend: POST /emails.</summary>
internal sealed class ResendApi(Uri? address, string key) : IMailApi
{
    private readonly string _root = MailApiRequest.Root(address, "https://api.resend.com");

    public string Name => "Resend";

    public HttpRequestMessage ToRequest(OutgoingMail mail)
    {
        var request = MailApiRequest.Post(_root + "/emails", new JsonObject
        {
            ["from"] = MailApiRequest.Text(mail.From),
            ["to"] = new JsonArray(mail.To),
            ["reply_to"] = mail.ReplyTo?.Address,
            ["subject"] = MimeForm.OneLine(mail.Content.Subject),
            ["html"] = mail.Content.Html,
            ["text"] = mail.Content.Text,
            ["headers"] = MailApiRequest.Headers(OutgoingMail.AutomaticHeaders),
            ["tags"] = new JsonArray(new JsonObject { ["name"] = "kind", ["value"] = mail.Kind }),
        });
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        // The service sends a mail once, however often it is asked for within a day.
        request.Headers.Add("Idempotency-Key", mail.Id.ToString());
        return request;
    }

    public HttpRequestMessage ToLook()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _root + "/domains");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }
}
