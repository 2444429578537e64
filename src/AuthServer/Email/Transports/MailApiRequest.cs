using System.Text;
using System.Text.Json.Nodes;

namespace AuthServer.Email.Transports;

/// <summary>What the requests to e-mail services are made of.</summary>
internal static class MailApiRequest
{
    /// <param name="configured">EMAIL_SERVICE_URL; null: the usual address of the service.</param>
    public static string Root(Uri? configured, string usual) => (configured?.GetLeftPart(UriPartial.Path) ?? usual).TrimEnd('/');

    public static HttpRequestMessage Post(string address, JsonObject body)
    {
        foreach (var (name, _) in body.Where(member => member.Value is null).ToList()) body.Remove(name);
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json");
        return request;
    }

    /// <summary>As one text; a name is quoted (RFC 5322 section 3.4), so that no sign in it ends it.</summary>
    public static string Text(Mailbox mailbox) => mailbox.Name is not { } name ? mailbox.Address
        : $"\"{MimeForm.OneLine(name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            + $" <{mailbox.Address}>";

    public static JsonObject Parts(Mailbox mailbox, string addressName)
    {
        var parts = new JsonObject { [addressName] = mailbox.Address };
        if (mailbox.Name is { } name) parts["name"] = MimeForm.OneLine(name);
        return parts;
    }

    public static JsonObject Headers(IEnumerable<(string Name, string Value)> headers) =>
        new(headers.Select(h => KeyValuePair.Create(h.Name, (JsonNode?)h.Value)));
}
