using System.Net.Http.Headers;
using System.Text;

namespace AuthServer.Email.Transports;

/// <summary>Mailgun: POST /v3/DOMAIN/messages.</summary>
/// <param name="domain">The sending domain, where the address does not name one.</param>
internal sealed class MailgunApi(Uri? address, string key, string domain) : IMailApi
{
    private readonly string _root = address is { AbsolutePath: not "/" }
        ? MailApiRequest.Root(address, "") : $"{MailApiRequest.Root(address, "https://api.mailgun.net")}/v3/{domain}";

    public string Name => "Mailgun";

    public HttpRequestMessage ToRequest(OutgoingMail mail)
    {
        var fields = new List<KeyValuePair<string, string>>
        {
            new("from", MailApiRequest.Text(mail.From)),
            new("to", mail.To),
            new("subject", MimeForm.OneLine(mail.Content.Subject)),
            new("text", mail.Content.Text),
            new("html", mail.Content.Html),
            new("h:Message-Id", $"<{mail.MessageId}>"),
            new("o:tag", mail.Kind),
            // A link that passes through another host looks forged, and that host could use it first.
            new("o:tracking", "no"),
            new("o:tracking-clicks", "no"),
            new("o:tracking-opens", "no"),
        };
        fields.AddRange(OutgoingMail.AutomaticHeaders.Select(h => new KeyValuePair<string, string>("h:" + h.Name, h.Value)));
        if (mail.ReplyTo is { } answers) fields.Add(new("h:Reply-To", answers.Address));
        return Authorized(new HttpRequestMessage(HttpMethod.Post, _root + "/messages") { Content = new FormUrlEncodedContent(fields) });
    }

    // A key of one sending domain may post messages and nothing else.
    public bool LookKnowsKeys => false;

    public HttpRequestMessage ToLook() => Authorized(new HttpRequestMessage(HttpMethod.Get, _root + "/tags?limit=1"));

    private HttpRequestMessage Authorized(HttpRequestMessage request)
    {
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + key));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        return request;
    }
}
