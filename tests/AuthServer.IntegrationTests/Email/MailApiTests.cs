using System.Text;
using System.Text.Json;
using AuthServer.Doctor;
using AuthServer.Email;
using AuthServer.Email.Transports;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui.Emails;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Email;

/// <summary>What each e-mail service is asked, as its own reference describes the request, and what its answers mean.</summary>
public sealed class MailApiTests : IAsyncLifetime
{
    private static readonly OutgoingMail Mail = new(
        Guid.Parse("019abc00-1111-7222-8333-444455556666"), "password-changed", new Mailbox("Example \"Ltd\"", "id@example.com"),
        "alice@example.org", new Mailbox(null, "help@example.com"), new DateTimeOffset(2026, 11, 29, 15, 4, 5, TimeSpan.Zero),
        new DrawnMail("Your password\r\nBcc: eve@example.net", "<p>Grüße</p>", "Grüße"));

    private const string Subject = "Your password  Bcc: eve@example.net", MessageId = "<019abc00111172228333444455556666@example.com>";

    private MailApiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await MailApiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Resend()
    {
        Assert.IsType<SendOutcome.Sent>(await SendAsync(new ResendApi(_server.Address, "re_key")));
        var call = _server.Call;
        Assert.Equal(("POST", "/emails"), (call.Method, call.Path));
        Assert.Equal("Bearer re_key", call.Headers.Authorization);
        Assert.Equal(Mail.Id.ToString(), call.Headers["Idempotency-Key"]);
        var body = Json(call);
        Assert.Equal("""
            "Example \"Ltd\"" <id@example.com>
            """, body.GetProperty("from").GetString());
        Assert.Equal("alice@example.org", Assert.Single(body.GetProperty("to").EnumerateArray()).GetString());
        Assert.Equal("help@example.com", body.GetProperty("reply_to").GetString());
        Assert.Equal((Subject, "<p>Grüße</p>", "Grüße"), Content(body, "subject", "html", "text"));
        Assert.Equal("auto-generated", body.GetProperty("headers").GetProperty("Auto-Submitted").GetString());
        var tag = Assert.Single(body.GetProperty("tags").EnumerateArray());
        Assert.Equal(("kind", "password-changed"), (tag.GetProperty("name").GetString(), tag.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task Postmark()
    {
        Assert.IsType<SendOutcome.Sent>(await SendAsync(new PostmarkApi(_server.Address, "pm-token")));
        var call = _server.Call;
        Assert.Equal(("POST", "/email"), (call.Method, call.Path));
        Assert.Equal("pm-token", call.Headers["X-Postmark-Server-Token"]);
        Assert.Equal("application/json", call.Headers.Accept);
        var body = Json(call);
        Assert.Equal(("alice@example.org", "help@example.com", "password-changed"), Content(body, "To", "ReplyTo", "Tag"));
        Assert.Equal((Subject, "<p>Grüße</p>", "Grüße"), Content(body, "Subject", "HtmlBody", "TextBody"));
        Assert.Equal("None", body.GetProperty("TrackLinks").GetString());
        Assert.False(body.GetProperty("TrackOpens").GetBoolean());
        var headers = body.GetProperty("Headers").EnumerateArray().ToDictionary(
            h => h.GetProperty("Name").GetString()!, h => h.GetProperty("Value").GetString());
        Assert.Equal((MessageId, "true", "auto-generated"), (headers["Message-ID"], headers["X-PM-KeepID"], headers["Auto-Submitted"]));
    }

    [Fact]
    public async Task SendGrid()
    {
        _server.Answer = (202, "");
        Assert.IsType<SendOutcome.Sent>(await SendAsync(new SendGridApi(_server.Address, "SG.key")));
        var call = _server.Call;
        Assert.Equal(("POST", "/v3/mail/send"), (call.Method, call.Path));
        Assert.Equal("Bearer SG.key", call.Headers.Authorization);
        var body = Json(call);
        var to = Assert.Single(body.GetProperty("personalizations").EnumerateArray()).GetProperty("to");
        Assert.Equal("alice@example.org", Assert.Single(to.EnumerateArray()).GetProperty("email").GetString());
        Assert.Equal("Example \"Ltd\"", body.GetProperty("from").GetProperty("name").GetString());
        Assert.Equal("help@example.com", body.GetProperty("reply_to").GetProperty("email").GetString());
        Assert.Equal(
            [("text/plain", "Grüße"), ("text/html", "<p>Grüße</p>")],
            body.GetProperty("content").EnumerateArray()
                .Select(c => (c.GetProperty("type").GetString(), c.GetProperty("value").GetString())));
        Assert.Equal(MessageId, body.GetProperty("headers").GetProperty("Message-ID").GetString());
        Assert.False(body.GetProperty("tracking_settings").GetProperty("click_tracking").GetProperty("enable").GetBoolean());
    }

    [Theory]
    [InlineData("", "/v3/example.com/messages")]
    [InlineData("v3/mg.example.com", "/v3/mg.example.com/messages")]
    public async Task Mailgun(string path, string asked)
    {
        Assert.IsType<SendOutcome.Sent>(await SendAsync(new MailgunApi(new Uri(_server.Address, path), "key-1", "example.com")));
        var call = _server.Call;
        Assert.Equal(("POST", asked), (call.Method, call.Path));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("api:key-1")), call.Headers.Authorization);
        Assert.Equal("application/x-www-form-urlencoded", call.Headers.ContentType);
        var form = QueryHelpers.ParseQuery(call.Body);
        Assert.Equal(("alice@example.org", Subject), (form["to"].ToString(), form["subject"].ToString()));
        Assert.Equal(("<p>Grüße</p>", "Grüße"), (form["html"].ToString(), form["text"].ToString()));
        Assert.Equal((MessageId, "help@example.com"), (form["h:Message-Id"].ToString(), form["h:Reply-To"].ToString()));
        Assert.Equal(("no", "auto-generated"), (form["o:tracking"].ToString(), form["h:Auto-Submitted"].ToString()));
    }

    [Fact]
    public async Task A_program_of_the_operator()
    {
        Assert.IsType<SendOutcome.Sent>(await SendAsync(new JsonMailApi(new Uri(_server.Address, "mails?tenant=1"), "key")));
        var call = _server.Call;
        Assert.Equal(("POST", "/mails?tenant=1"), (call.Method, call.Path));
        Assert.Equal("Bearer key", call.Headers.Authorization);
        Assert.Equal(Mail.Id.ToString(), call.Headers["Idempotency-Key"]);
        var body = Json(call);
        Assert.Equal((Mail.Id.ToString(), "password-changed", "alice@example.org"), Content(body, "id", "kind", "to"));
        Assert.Equal((Subject, "<p>Grüße</p>", "Grüße"), Content(body, "subject", "html", "text"));
        Assert.Equal("id@example.com", body.GetProperty("from").GetProperty("address").GetString());
        Assert.Equal("help@example.com", body.GetProperty("reply_to").GetProperty("address").GetString());
        Assert.Equal(MessageId, body.GetProperty("headers").GetProperty("Message-ID").GetString());
        Assert.Equal(Mail.Date, body.GetProperty("date").GetDateTimeOffset());
    }

    [Theory]
    [InlineData(400, """{"errors":[{"message":"to is no address","field":"to"}]}""", "Refused", "400 to is no address")]
    [InlineData(422, """{"ErrorCode":406,"Message":"inactive recipient"}""", "Refused", "422 inactive recipient")]
    [InlineData(409, """{"name":"concurrent_idempotent_requests"}""", "Postponed", "409 concurrent_idempotent_requests")]
    [InlineData(401, """{"message":"API key is invalid"}""", "Unavailable", "401 API key is invalid")]
    [InlineData(429, "", "Unavailable", "429")]
    [InlineData(302, "<html>", "Unavailable", "302 <html>")]
    [InlineData(503, "busy\u001b[2J", "Unavailable", "503 busy[2J")]
    public async Task An_answer_says_whether_to_try_again(int status, string body, string outcome, string said)
    {
        (_server.Answer, _server.RetryAfter) = ((status, body), status == 429 ? "90" : null);
        var found = await SendAsync(new ResendApi(_server.Address, "re_key"));
        Assert.Equal((outcome, said), (found.GetType().Name, found.Said));
        if (status == 429) Assert.Equal(TimeSpan.FromSeconds(90), Assert.IsType<SendOutcome.Unavailable>(found).RetryAfter);
    }

    [Fact]
    public async Task A_mail_that_was_taken_is_not_sent_again_because_its_answer_cannot_be_read()
    {
        _server.Answer = (200, new string('x', 100_000));
        Assert.Equal("200", Assert.IsType<SendOutcome.Sent>(await SendAsync(new ResendApi(_server.Address, "re_key"))).Said);
    }

    [Fact]
    public async Task A_service_that_is_away_is_an_outage()
    {
        var address = _server.Address;
        await _server.DisposeAsync();
        Assert.IsType<SendOutcome.Unavailable>(await SendAsync(new ResendApi(address, "re_key")));
    }

    [Theory]
    [InlineData("""{"ErrorCode":406,"Message":"You tried to send to recipients that have all been marked as inactive."}""", "Refused")]
    [InlineData("""{"ErrorCode":300,"Message":"Error parsing 'To': Illegal email address 'x'."}""", "Refused")]
    [InlineData("""{"ErrorCode":300,"Message":"Invalid 'From' address: 'x'."}""", "Postponed")]
    [InlineData("""{"ErrorCode":400,"Message":"The 'From' address is not a Sender Signature on your account."}""", "Unavailable")]
    [InlineData("""{"ErrorCode":405,"Message":"This account has no credits."}""", "Unavailable")]
    [InlineData("""{"ErrorCode":412,"Message":"While your account is pending approval, all must share a domain."}""", "Unavailable")]
    [InlineData("""{"ErrorCode":"x"}""", "Postponed")]
    [InlineData("<html>", "Postponed")]
    public async Task Postmark_refuses_mails_of_an_account_that_is_not_in_order_and_they_wait(string body, string outcome)
    {
        _server.Answer = (422, body);
        Assert.Equal(outcome, (await SendAsync(new PostmarkApi(_server.Address, "pm-token"))).GetType().Name);
    }

    // What each service answers to a key that is right, that may only send, and that is wrong.
    [Theory]
    [InlineData("resend", 200, """{"data":[]}""", Verdict.Ok)]
    [InlineData("resend", 401, """{"name":"restricted_api_key","message":"This API key is restricted to only send emails"}""", Verdict.Ok)]
    [InlineData("resend", 401, """{"name":"validation_error","message":"API key is invalid"}""", Verdict.Wrong)]
    [InlineData("postmark", 200, """{"ID":1,"Name":"Example"}""", Verdict.Ok)]
    [InlineData("postmark", 401, """{"ErrorCode":10,"Message":"The Server Token you provided was invalid."}""", Verdict.Wrong)]
    [InlineData("sendgrid", 200, """{"scopes":["mail.send"]}""", Verdict.Ok)]
    [InlineData("sendgrid", 401, """{"errors":[{"field":null,"message":"authorization required"}]}""", Verdict.Wrong)]
    [InlineData("mailgun", 200, """{"items":[]}""", Verdict.Ok)]
    [InlineData("mailgun", 401, "Forbidden", Verdict.Skipped)]
    [InlineData("mailgun", 403, """{"message":"Forbidden"}""", Verdict.Skipped)]
    [InlineData("mailgun", 404, """{"message":"Domain not found"}""", Verdict.Wrong)]
    public async Task Doctor_asks_whether_the_key_is_right_and_sends_nothing(string service, int status, string body, Verdict verdict)
    {
        _server.Answer = (status, body);
        (IMailApi Api, string Path) asked = service switch
        {
            "resend" => (new ResendApi(_server.Address, "k"), "/domains"),
            "postmark" => (new PostmarkApi(_server.Address, "k"), "/server"),
            "sendgrid" => (new SendGridApi(_server.Address, "k"), "/v3/scopes"),
            _ => (new MailgunApi(_server.Address, "k", "example.com"), "/v3/example.com/tags?limit=1"),
        };
        using var transport = new HttpTransport(asked.Api, TimeProvider.System);
        Assert.Equal(verdict, (await transport.LookAsync(default)).Verdict);
        Assert.Equal(("GET", asked.Path), (_server.Call.Method, _server.Call.Path));
    }

    private static async Task<SendOutcome> SendAsync(IMailApi api)
    {
        using var transport = new HttpTransport(api, TimeProvider.System);
        return await transport.SendAsync(Mail, default);
    }

    private static JsonElement Json(MailApiCall call)
    {
        Assert.StartsWith("application/json", call.Headers.ContentType.ToString(), StringComparison.Ordinal);
        return JsonElement.Parse(call.Body);
    }

    private static (string?, string?, string?) Content(JsonElement body, string one, string two, string three) =>
        (body.GetProperty(one).GetString(), body.GetProperty(two).GetString(), body.GetProperty(three).GetString());
}
