using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>One trace from the proxy to SQL, which says what was decided. W3C Trace Context; OpenTelemetry semantic conventions.</summary>
public abstract class TraceTests(DatabaseKind kind) : IAsyncLifetime
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", Span = "00f067aa0ba902b7";

    private readonly string _address = ServerProcess.FreeAddress("localhost");
    private OtlpReceiver _collector = null!;
    private TestDatabase _database = null!;
    private ServerProcess _server = null!;
    private Issuer _issuer = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = await OtlpReceiver.StartAsync();
        _database = await TestDatabase.CreateAsync(kind);
        _server = ServerProcess.Start([
            .. _database.Settings.Select(s => (s.Key, s.Value)), .. _collector.Settings,
            ("API_BASE_URL", _address), ("ASPNETCORE_URLS", _address), ("AUTHSERVER_SEED", Seed.File),
            ("SECRET_KEY", AuthServerHost.SecretKey), ("JWT_SECRET", AuthServer.Configuration.SecretText.New()),
            ("OTEL_SERVICE_NAME", "the-service"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test%20bench"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=for-the-collector"), ("LOG_FORMAT", "json"), ("Logging__LogLevel__Default", "Debug")]);
        await _server.ReadyAsync(_address);
        _issuer = Issuer.At(new Uri(_address));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
        await _collector.DisposeAsync();
        _database.Dispose();
    }

    [Fact]
    public async Task One_trace_leads_from_the_proxy_to_SQL_and_names_the_decision()
    {
        var browser = new Browser(_issuer);
        await browser.SignInAsync(Seed.Alice);
        var web = Seed.Web(_issuer);
        var tokens = await web.RedeemCodeAsync(await browser.AuthorizeAsync(web, "openid offline_access"));
        using (var request = RefreshRequest(web, tokens.RefreshToken))
        {
            // The flag says no: a caller cannot hide his requests. What else he sends is not carried along.
            request.Headers.Add("traceparent", $"00-{Trace}-{Span}-00");
            request.Headers.Add("tracestate", "vendor=strangers-state");
            request.Headers.Add("baggage", "key=strangers-baggage");
            request.Headers.Add("Correlation-Context", "key=strangers-baggage");
            request.Headers.UserAgent.ParseAdd("strangers-agent/1");
            using var answer = await _issuer.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var spans = await _collector.SpansWithAsync(s => s.Trace == Trace && s.Source == "Microsoft.AspNetCore");
        var server = spans.Single(s => s.Trace == Trace && s.Source == "Microsoft.AspNetCore");
        Assert.Equal((Span, "", "POST /connect/token"), (server.Parent, server.State, server.Name));
        Assert.Equal(
            ("POST", "/connect/token", "/connect/token", "200", "http"),
            (server["http.request.method"], server["http.route"], server["url.path"], server["http.response.status_code"],
                server["url.scheme"]));
        var grant = spans.Single(s => s.Trace == Trace && s.Source == "AuthPlatform");
        Assert.Equal((server.Id, "grant refresh_token"), (grant.Parent, grant.Name));
        Assert.Equal(
            ("issued", "refresh_token", web.ClientId, "confidential"),
            (grant["authplatform.outcome"], grant["oauth.grant_type"], grant["oauth.client.id"], grant["oauth.client.type"]));
        var statement = spans.First(
            s => s.Trace == Trace && s["db.query.text"]?.StartsWith("UPDATE user_sessions", StringComparison.Ordinal) == true);
        Assert.Equal(grant.Id, statement.Parent);
        Assert.Equal(kind == DatabaseKind.Sqlite ? "sqlite" : "postgresql", statement["db.system.name"]);
        Assert.Contains(spans, s => s is { Name: "sign in" } && s["authplatform.outcome"] == "right");
        Assert.Contains(spans, s => s is { Name: "authorize" } && s["authplatform.outcome"] == "granted");

        var bytes = string.Concat(_collector.Bodies("/v1/traces").Select(System.Text.Encoding.Latin1.GetString));
        Assert.DoesNotContain("strangers-", bytes, StringComparison.Ordinal);
        Assert.Contains("the-service", bytes, StringComparison.Ordinal);
        Assert.Contains("test bench", bytes, StringComparison.Ordinal);
        Assert.Contains("x-key: for-the-collector", _collector.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_say_why_and_a_log_line_has_the_trace()
    {
        var web = Seed.Web(_issuer);
        using (var wrong = RefreshRequest(web, "no-such-token"))
        {
            wrong.Headers.Add("traceparent", $"00-{Trace}-{Span}-01");
            (await _issuer.Http.SendAsync(wrong)).Dispose();
        }

        await (web with { Secret = "Wrong-Secret-" + web.Secret }).RefreshAsync("no-such-token");
        (await _issuer.Http.GetAsync("/no-such-page/" + Trace)).Dispose();
        var spans = await _collector.SpansWithAsync(s => s["http.response.status_code"] == "404");
        Assert.Contains(spans, s => s.Trace == Trace && s["oauth.error"] == "invalid_grant");
        Assert.Contains(spans, s => s["authplatform.refusal"] == "refused.invalid_client" && s["http.route"] == "/connect/token");
        var unknown = spans.Single(s => s["http.response.status_code"] == "404");
        Assert.Equal(("/*", null), (unknown["url.path"], unknown["http.route"]));
        Assert.DoesNotContain(spans, s => s["url.path"]!?.StartsWith("/health", StringComparison.Ordinal) == true);
        await _server.StopAsync();
        Assert.Contains($"\"trace_id\":\"{Trace}\"", _server.Output, StringComparison.Ordinal);
        Assert.NotEmpty(_collector.Bodies("/v1/logs"));
        Assert.NotEmpty(_collector.Bodies("/v1/metrics"));
    }

    private static HttpRequestMessage RefreshRequest(ClientApp app, string refreshToken) => new(HttpMethod.Post, "/connect/token")
    {
        Content = new FormUrlEncodedContent([
            new("grant_type", "refresh_token"), new("refresh_token", refreshToken), new("client_id", app.ClientId),
            new("client_secret", app.Secret!)]),
    };
}

public sealed class TraceOnSqliteTests() : TraceTests(DatabaseKind.Sqlite);

public sealed class TraceOnPostgresTests() : TraceTests(DatabaseKind.Postgres);
