using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.Email.Transports;

/// <summary>Postmark: POST /email.</summary>
internal sealed class PostmarkApi(Uri? address, string key) : IMailApi
{
    private const string TokenHeader = "X-Postmark-Server-Token", HeaderName = "Name";

    private readonly string _root = MailApiRequest.Root(address, "https://api.postmarkapp.com");

    public string Name => "Postmark";

    public HttpRequestMessage ToRequest(OutgoingMail mail)
    {
        // With the second header the service keeps the Message-ID.
        var headers = OutgoingMail.AutomaticHeaders.Append(("Message-ID", $"<{mail.MessageId}>")).Append(("X-PM-KeepID", "true"));
        var request = MailApiRequest.Post(_root + "/email", new JsonObject
        {
            ["From"] = MailApiRequest.Text(mail.From),
            ["To"] = mail.To,
            ["ReplyTo"] = mail.ReplyTo?.Address,
            ["Subject"] = MimeForm.OneLine(mail.Content.Subject),
            ["HtmlBody"] = mail.Content.Html,
            ["TextBody"] = mail.Content.Text,
            ["Tag"] = mail.Kind,
            // A link that passes through another host looks forged, and that host could use it first.
            ["TrackLinks"] = "None",
            ["TrackOpens"] = false,
            ["Headers"] = new JsonArray([.. headers.Select(h => Header(h.Item1, h.Item2))]),
        });
        request.Headers.Add(TokenHeader, key);
        return request;
    }

    public HttpRequestMessage ToLook()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _root + "/server");
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add(TokenHeader, key);
        return request;
    }

    /// <summary>
    /// Postmark says 422 of everything (its list of API error codes): of the recipient, and of the operator's account, whose mails wait.
    /// </summary>
    public SendOutcome JudgeRefusal(string said, JsonElement answer)
    {
        const int InvalidRequest = 300, InactiveRecipient = 406;
        var code = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("ErrorCode", out var member)
            && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number) ? number : (int?)null;
        return code switch
        {
            InactiveRecipient => new SendOutcome.Refused(said),
            InvalidRequest when said.Contains("'To'", StringComparison.Ordinal) => new SendOutcome.Refused(said),
            // Of this mail, or of EMAIL_FROM: others may be taken.
            InvalidRequest or null => new SendOutcome.Postponed(said),
            _ => new SendOutcome.Unavailable(said),
        };
    }

    private static JsonObject Header(string header, string value) => new() { [HeaderName] = header, ["Value"] = value };
}
