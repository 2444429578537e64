using System.Text.Json;
using AuthServer.Email;
using AuthServer.Email.Transports;
using AuthServer.Ui.Emails;
using Microsoft.AspNetCore.WebUtilities;
using MimeKit;

namespace AuthServer.UnitTests.Email;

/// <summary>
/// Header injection at the e-mail services: they write the headers themselves, so what they are told must be one name, one address and one
/// line, whatever stands in a name or a subject.
/// </summary>
public sealed class MailServiceInjectionTests
{
    private static readonly Uri Address = new("https://mail.example.com");

    public static TheoryData<string, string> Attacks
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var service in Services.Keys)
            {
                foreach (var text in new[]
                {
                    "Mallory\r\nBcc: eve@example.net", "Mallory\nBcc: eve@example.net", "Mallory\r\n\r\n<script>",
                    "\" <eve@example.net>, \"", "\\\" <eve@example.net>, \\\"", "eve@example.net, x",
                    "a\u2028Bcc: eve@example.net\u0085\0b",
                    "=?utf-8?q?a=0D=0ABcc:_eve=40example.net?=", "<eve@example.net>", "(eve@example.net)", "x\\",
                })
                    data.Add(service, text);
            }

            return data;
        }
    }

    private static readonly Dictionary<string, IMailApi> Services = new()
    {
        ["resend"] = new ResendApi(Address, "k"),
        ["postmark"] = new PostmarkApi(Address, "k"),
        ["sendgrid"] = new SendGridApi(Address, "k"),
        ["mailgun"] = new MailgunApi(Address, "k", "example.com"),
        ["json"] = new JsonMailApi(Address, "k"),
    };

    [Theory, MemberData(nameof(Attacks))]
    public async Task A_hostile_text_stays_one_name_one_address_and_one_line(string service, string text)
    {
        var mail = new OutgoingMail(
            Guid.Empty, "test", new Mailbox(text, "id@example.com"), "alice@example.org", new Mailbox(text, "help@example.com"), default,
            new DrawnMail(text, "<p>Body</p>", "Body"));
        using var request = Services[service].ToRequest(mail);
        var calm = mail with
        {
            From = new("Calm", "id@example.com"), ReplyTo = new("Calm", "help@example.com"),
            Content = mail.Content with { Subject = "Calm" },
        };
        using var same = Services[service].ToRequest(calm);
        var (sent, expected) = (await ValuesAsync(request), await ValuesAsync(same));
        // No member and no field comes or goes.
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), sent.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count(pair => pair.Value == "alice@example.org"), sent.Count(pair => pair.Value == "alice@example.org"));
        foreach (var (name, value) in sent.Where(pair => pair.Value != expected[pair.Key]))
        {
            Assert.DoesNotContain(value, c => char.IsControl(c) || c is '\u2028' or '\u2029');
            if (name.EndsWith("subject", StringComparison.OrdinalIgnoreCase) || name.EndsWith("name", StringComparison.OrdinalIgnoreCase))
                continue;
            // An address with a name, in one text.
            var mailbox = Assert.IsType<MailboxAddress>(Assert.Single(InternetAddressList.Parse(value)));
            Assert.Equal("id@example.com", mailbox.Address);
        }
    }

    private static async Task<Dictionary<string, string>> ValuesAsync(HttpRequestMessage request)
    {
        var body = await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (request.Content.Headers.ContentType!.MediaType != "application/json")
            return QueryHelpers.ParseQuery(body).ToDictionary(pair => pair.Key, pair => Assert.Single(pair.Value)!);
        var values = new Dictionary<string, string>();
        Collect(JsonElement.Parse(body), "");
        return values;

        void Collect(JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject()) Collect(member.Value, path + "." + member.Name);
                    break;
                case JsonValueKind.Array:
                    foreach (var (index, item) in element.EnumerateArray().Index()) Collect(item, path + "." + index);
                    break;
                default:
                    values[path] = element.ToString();
                    break;
            }
        }
    }
}
