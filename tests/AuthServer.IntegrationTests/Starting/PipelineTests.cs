using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Hosting;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>What every answer has, whichever room gives it.</summary>
public sealed class PipelineTests(PipelineTests.Host host) : IClassFixture<PipelineTests.Host>
{
    private readonly HttpClient _client = host.CreateClient(new() { AllowAutoRedirect = false });

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/no-such-page")]
    [InlineData("/fails")]
    public async Task Every_answer_forbids_what_our_pages_do_not_do(string path)
    {
        using var answer = await _client.GetAsync(path);
        var policy = Header(answer, "Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Equal("strict-origin", Header(answer, "Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task What_no_route_says_to_keep_is_not_stored()
    {
        using var answer = await _client.GetAsync("/no-such-page");
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_failure_shows_a_program_a_problem_with_a_reference_and_nothing_inside()
    {
        using var answer = await _client.GetAsync("/fails");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Matches(
            new Regex("^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$"), JsonDocument.Parse(body).RootElement.GetProperty("reference")
                .GetString()!);
        Assert.DoesNotContain("inside information", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/fails", HttpStatusCode.InternalServerError)]
    [InlineData("/no-such-page", HttpStatusCode.NotFound)]
    public async Task A_failure_shows_a_browser_a_page_with_a_reference(string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await _client.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Matches(new Regex(">[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}<"), page);
        Assert.DoesNotContain("inside information", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_come_from_the_configuration_and_not_from_the_host_header()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration");
        request.Headers.Host = "evil.example";
        using var answer = await _client.SendAsync(request);
        var document = await answer.Content.ReadAsStringAsync();
        Assert.Contains(
            $"\"token_endpoint\":\"{Host.Issuer}/connect/token\"", document.Replace(
                "\\/", "/", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration", "https://any.example", "*")]
    [InlineData("/.well-known/jwks", "https://any.example", "*")]
    [InlineData("/connect/token", "https://app.example.com", "https://app.example.com")]
    [InlineData("/connect/token", "https://any.example", null)]
    [InlineData("/v1/users", "https://app.example.com", "https://app.example.com")]
    [InlineData("/v1/users", "https://any.example", null)]
    [InlineData("/connect/introspect", "https://any.example", null)]
    [InlineData("/connect/authorize", "https://any.example", null)]
    public async Task A_browser_app_may_call_what_it_needs_and_nothing_else(string path, string origin, string? allowed)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, path);
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
        using var answer = await _client.SendAsync(preflight);
        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? Assert.Single(values) : null);
        // The token endpoint reads no cookie; some client libraries send theirs all the same.
        Assert.Equal(allowed is not null && path == "/connect/token", answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("live", """{"status":"live"}""")]
    [InlineData("ready", """{"status":"ready"}""")]
    [InlineData("startup", """{"status":"started"}""")]
    public async Task Health_says_one_word_and_no_more(string name, string expected) =>
        Assert.Equal(expected, await _client.GetStringAsync($"/health/{name}"));

    [Fact]
    public async Task The_details_of_readiness_are_for_the_management_listener() => Assert.Equal(
        (200, """{"status":"ready","database":"ok","migrations":"ok","keys":"ok","redis":"off","process":"serving"}"""),
        await ManagementView.OfAsync(host.Services, "/health/ready"));

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    public sealed class Host : WebApplicationFactory<WebHost>
    {
        public const string Issuer = "http://localhost:5080";
        private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Production");
            builder.UseSetting("AUTHSERVER_DATA", _data);
            builder.UseSetting("API_BASE_URL", Issuer);
            builder.UseSetting("FRONTEND_URL", "https://app.example.com");
            builder.ConfigureServices(services =>
            {
                services.AddSingleton<IStartupFilter, FailingRoute>();
                services.UseQuietLogs();
            });
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
        }
    }

    /// <summary>A route that breaks, at the end of the pipeline.</summary>
    private sealed class FailingRoute : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Use((HttpContext http, RequestDelegate rest) =>
                http.Request.Path == "/fails" ? throw new InvalidOperationException("inside information") : rest(http));
        };
    }
}
