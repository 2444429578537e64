using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>What an MCP client does that knows only the address of an API: it registers itself, and asks for more later.</summary>
public sealed class AgentTests(AgentTests.Server fixture) : IClassFixture<AgentTests.Server>
{
    private const string Api = "https://api.example.test";

    public sealed class Server() : RegistrationHost(DatabaseKind.Sqlite, "open")
    {
        protected override HostSetup Prepare(HostSetup setup)
        {
            var prepared = base.Prepare(setup);
            return prepared with
            {
                Settings = new Dictionary<string, string>(prepared.Settings)
                {
                    ["CLIENT_REGISTRATION_CONSENT_LIFETIME"] = "10d",
                    ["CLIENT_REGISTRATION_SCOPES"] = "openid,email,offline_access,account:read,notes:read,notes:write",
                },
            };
        }
    }

    [Fact]
    public async Task A_scope_of_an_api_can_be_asked_for_later_and_no_other()
    {
        var client = await RegisterAsync("notes:read");
        Assert.Equal(("native", "notes:read notes:write"), (client.Text("application_type"), client.Text("scope")));
        var (app, browser) = (client.App(fixture.Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Bob);
        var first = await GrantAsync(browser, app, "notes:read");
        Assert.Equal(("notes:read", Api), (first.GetPayloadValue<string>("scope"), Assert.Single(first.Audiences)));

        var request = app.NewRequest("notes:read notes:write account:read email", [("resource", Api)]);
        var page = await browser.OpenAsync(request.Address);
        var text = page.Document.Body!.TextContent;
        Assert.Contains("Write your notes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("See your account", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Seed.Bob.Email, page.Document.QuerySelector("ul.asks")!.TextContent, StringComparison.Ordinal);
        var second = await GrantAsync(browser, app, "notes:read notes:write account:read email");
        Assert.Equal("notes:read notes:write", second.GetPayloadValue<string>("scope"));
    }

    [Fact]
    public async Task What_the_operator_does_not_let_such_clients_have_cannot_be_registered_nor_asked_for()
    {
        var client = await RegisterAsync("notes:read users:read account:write profile");
        Assert.Equal("notes:read notes:write", client.Text("scope"));
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var answer = await browser.AuthorizeAsync(client.App(fixture.Issuer), "users:read");
        Assert.Equal("invalid_scope", answer.Error);
    }

    [Fact]
    public async Task Errors_say_who_they_are_from_and_the_resource_must_be_the_same_at_both_endpoints()
    {
        var app = (await RegisterAsync("notes:read")).App(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var refused = await browser.AuthorizeAsync(app, "notes:read", [("resource", "https://other.example.test")]);
        Assert.Equal(("invalid_target", fixture.Issuer.Text), (refused.Error, refused.Parameters["iss"]));
        var granted = await browser.AuthorizeAsync(app, "notes:read", [("resource", Api)]);
        Assert.Equal(fixture.Issuer.Text, granted.Parameters["iss"]);
        Assert.Equal("invalid_target", (await app.RedeemCodeAsync(granted, ("resource", "https://reports.example.test"))).Error);
    }

    [Fact]
    public async Task A_program_of_a_device_may_come_back_at_any_port_and_a_web_app_not_to_the_device()
    {
        var app = (await RegisterAsync("notes:read")).App(fixture.Issuer) with { RedirectUri = "http://127.0.0.1:49321/callback" };
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        Assert.True((await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "notes:read"), ("resource", Api))).IsOk);
        var (status, json, _) = await fixture.RegisterAsync(
            """{"redirect_uris":["http://127.0.0.1/callback"],"application_type":"web","token_endpoint_auth_method":"none"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_redirect_uri"), (status, json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task An_access_ends_on_the_day_that_the_person_was_told_and_nothing_outlasts_it()
    {
        var client = new Registration((await fixture.RegisterAsync(
            """
            {"client_name":"Web agent","redirect_uris":["https://agent.example.test/cb"],"token_endpoint_auth_method":"none",
             "grant_types":["authorization_code","refresh_token"],"scope":"openid offline_access notes:read"}
            """)).Json);
        var (app, browser) = (client.App(fixture.Issuer), fixture.Host.NewBrowser());
        const string Scope = "openid offline_access notes:read";
        await browser.SignInAsync(Seed.Bob);
        var day = fixture.Time.GetUtcNow().AddDays(10).ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
        var page = await browser.OpenAsync(app.NewRequest(Scope).Address);
        Assert.Contains($"This access ends on {day}.", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, Scope));
        var apps = await browser.OpenAsync("/account/apps");
        Assert.Contains($"Access ends on {day}", apps.Document.Body!.TextContent, StringComparison.Ordinal);

        fixture.Time.Advance(TimeSpan.FromDays(9));
        tokens = await app.RefreshAsync(tokens.RefreshToken);
        var later = fixture.Host.NewBrowser();
        await later.SignInAsync(Seed.Bob);
        // Without a page; what is opened now was allowed nine days ago.
        var second = await app.RedeemCodeAsync(await later.AuthorizeAsync(app, Scope, [("prompt", "none")]));
        Assert.True(second.IsOk, second.Body);

        fixture.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(second.RefreshToken)).Error);
        var last = fixture.Host.NewBrowser();
        await last.SignInAsync(Seed.Bob);
        Assert.Equal("consent_required", (await last.AuthorizeAsync(app, Scope, [("prompt", "none")])).Error);
        apps = await last.OpenAsync("/account/apps");
        Assert.DoesNotContain("Web agent", apps.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_that_is_taken_back_ends_at_once()
    {
        var app = (await RegisterAsync("notes:read offline_access")).App(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "notes:read offline_access", [("resource", Api)]));
        var waiting = await browser.AuthorizeAsync(app, "notes:read offline_access", [("resource", Api)]);
        Assert.True((await Seed.ResourceServer(fixture.Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);

        var page = await browser.OpenAsync("/account/apps");
        await browser.SubmitAsync(page, "/account/apps/withdraw", ("client", app.ClientId));
        Assert.False((await Seed.ResourceServer(fixture.Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(waiting)).Error);
    }

    /// <summary>A page of any origin finds, registers and redeems; no cookie goes with it.</summary>
    [Fact]
    public async Task A_browser_lets_a_page_of_another_origin_find_register_and_redeem()
    {
        const string Page = "https://agents.example.test";
        foreach (var path in new[] { "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/connect/register" })
        {
            var (origin, credentials) = await PreflightAsync(path, path == "/connect/register" ? "POST" : "GET", Page);
            Assert.Equal(("*", null), (origin, credentials));
        }

        Assert.Equal((null, null), await PreflightAsync("/connect/token", "POST", Page));
        await fixture.RegisterAsync(
            $$"""{"redirect_uris":["{{Page}}/callback"],"token_endpoint_auth_method":"none","application_type":"web"}""");
        Assert.Equal(Page, (await PreflightAsync("/connect/token", "POST", Page)).Origin);
    }

    [Fact]
    public async Task Where_nobody_may_register_no_page_is_let_to_try()
    {
        await using var closed = await AuthServerHost.StartAsync(new(DatabaseKind.Sqlite));
        Assert.Equal((null, null), await PreflightAsync("/connect/register", "POST", "https://agents.example.test", closed.Issuer));
    }

    private async Task<Registration> RegisterAsync(string scope)
    {
        var (status, json, _) = await fixture.RegisterAsync(
            $$"""
            {"client_name":"Agent","redirect_uris":["http://127.0.0.1/callback"],"token_endpoint_auth_method":"none",
             "grant_types":["authorization_code","refresh_token"],"response_types":["code"],"scope":"{{scope}}"}
            """);
        Assert.Equal(HttpStatusCode.Created, status);
        return new(json);
    }

    private static async Task<JsonWebToken> GrantAsync(Browser browser, ClientApp app, string scope)
    {
        var answer = await browser.AuthorizeAsync(app, scope, [("resource", Api)]);
        return new JsonWebToken((await app.RedeemCodeAsync(answer, ("resource", Api))).AccessToken);
    }

    private async Task<(string? Origin, string? Credentials)> PreflightAsync(
        string path, string method, string origin, Issuer? issuer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "content-type,mcp-protocol-version");
        using var answer = await (issuer ?? fixture.Issuer).Http.SendAsync(request);
        string? Of(string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
        return (Of("Access-Control-Allow-Origin"), Of("Access-Control-Allow-Credentials"));
    }
}
