using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>Where everybody may register a client, and where nobody may.</summary>
public sealed class OpenRegistrationTests(OpenRegistrationHost fixture) : IClassFixture<OpenRegistrationHost>
{
    [Fact]
    public async Task Nobody_registers_a_client_that_names_people_in_the_open()
    {
        var (status, answer, _) = await fixture.RegisterAsync(
            """{"grant_types":["urn:openid:params:grant-type:ciba"],"scope":"openid","backchannel_token_delivery_mode":"poll"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Everybody_may_and_a_wrong_token_is_refused_all_the_same()
    {
        var discovery = await fixture.Issuer.DiscoverAsync();
        Assert.Equal(fixture.Issuer.Text + "/connect/register", discovery.GetProperty("registration_endpoint").GetString());
        Assert.Equal(HttpStatusCode.Created, (await fixture.RegisterAsync(RegistrationHost.Minimal)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.RegisterAsync(RegistrationHost.Minimal, "wrong")).Status);
    }

    [Theory]
    [InlineData("CLIENT_REGISTRATIONS_PER_ADDRESS_PER_HOUR")]
    [InlineData("CLIENT_REGISTRATION_MOST")]
    public async Task There_are_limits_that_an_initial_access_token_passes(string setting)
    {
        await using var limited = new LimitedHost(setting);
        await limited.InitializeAsync();
        Assert.Equal(HttpStatusCode.Created, (await limited.RegisterAsync(RegistrationHost.Minimal)).Status);
        Assert.Equal(HttpStatusCode.Created, (await limited.RegisterAsync(RegistrationHost.Minimal)).Status);
        var (status, _, headers) = await limited.RegisterAsync(RegistrationHost.Minimal);
        Assert.Equal((HttpStatusCode.TooManyRequests, true), (status, headers.RetryAfter?.Delta > TimeSpan.Zero));
        await limited.NewClientAsync();
    }

    /// <summary>As clients of MCP that run in a browser do it: nobody knows their origin before.</summary>
    [Fact]
    public async Task A_page_of_any_origin_may_register_itself_without_cookies()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/connect/register");
        preflight.Headers.Add("Origin", "https://inspector.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,mcp-protocol-version");
        using var allowed = await fixture.Issuer.Http.SendAsync(preflight);
        Assert.Equal(["*"], allowed.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False(allowed.Headers.Contains("Access-Control-Allow-Credentials"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/register");
        request.Headers.Add("Origin", "https://inspector.example");
        request.Content = new StringContent(RegistrationHost.Minimal, System.Text.Encoding.UTF8, "application/json");
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Requests_with_a_token_have_a_limit_too()
    {
        await using var limited = new LimitedHost("CLIENT_REGISTRATIONS_PER_ADDRESS_PER_HOUR");
        await limited.InitializeAsync();
        // A use of an initial token, and then those of the registration: thirty times two together.
        var client = await limited.NewClientAsync();
        HttpMethod[] methods = [HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete];
        for (var i = 1; i < 60; i++)
        {
            var method = methods[i % 3];
            var json = method == HttpMethod.Put ? RegistrationHost.Minimal : null;
            Assert.Equal(HttpStatusCode.Unauthorized, (await limited.SendAsync(method, client.Address, json, "wrong")).Status);
        }

        foreach (var method in methods)
        {
            var json = method == HttpMethod.Put ? RegistrationHost.Minimal : null;
            var (status, _, headers) = await limited.SendAsync(method, client.Address, json, client.Token);
            Assert.Equal((HttpStatusCode.TooManyRequests, true), (status, headers.RetryAfter?.Delta > TimeSpan.Zero));
        }

        var (initial, _, _) = await limited.RegisterAsync(RegistrationHost.Minimal, (await limited.NewTokenAsync()).Text);
        Assert.Equal(HttpStatusCode.TooManyRequests, initial);
        // Without a token it is another limit.
        Assert.Equal(HttpStatusCode.Created, (await limited.RegisterAsync(RegistrationHost.Minimal)).Status);
    }

    [Fact]
    public async Task Those_whom_an_initial_access_token_has_let_in_take_no_place_of_the_others()
    {
        await using var limited = new LimitedHost("CLIENT_REGISTRATION_MOST");
        await limited.InitializeAsync();
        for (var i = 0; i < 3; i++) await limited.NewClientAsync();
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Created, (await limited.RegisterAsync(RegistrationHost.Minimal)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await limited.RegisterAsync(RegistrationHost.Minimal)).Status);
    }

    [Fact]
    public async Task By_default_there_is_no_such_address()
    {
        await using var closed = await AuthServerHost.StartAsync(new(DatabaseKind.Sqlite));
        using var content = new StringContent(RegistrationHost.Minimal, System.Text.Encoding.UTF8, "application/json");
        using var answer = await closed.Issuer.Http.PostAsync("/connect/register", content);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False((await closed.Issuer.DiscoverAsync()).TryGetProperty("registration_endpoint", out _));
    }

    private sealed class LimitedHost(string setting) : RegistrationHost(DatabaseKind.Sqlite, "open")
    {
        protected override HostSetup Prepare(HostSetup setup)
        {
            var prepared = base.Prepare(setup);
            return prepared with { Settings = new Dictionary<string, string>(prepared.Settings) { [setting] = "2" } };
        }
    }
}
