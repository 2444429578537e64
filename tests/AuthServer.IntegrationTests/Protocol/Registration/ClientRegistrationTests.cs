using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>RFC 7591 and RFC 7592, with initial access tokens.</summary>
public abstract class ClientRegistrationTests(RegistrationHost fixture)
{
    private Issuer Issuer => fixture.Issuer;

    [Fact]
    public async Task A_client_registers_itself_and_signs_people_in_who_learn_that_nobody_knows_it()
    {
        var registered = await fixture.NewClientAsync(
            """
            {"client_name":"Own","redirect_uris":["https://own.example/cb"],"grant_types":["authorization_code","refresh_token"],
             "client_uri":"https://bank.example/","logo_uri":"https://own.example/logo.png","scope":"openid email users:write notes:read"}
            """);
        Assert.Equal(
            ("openid email", "client_secret_basic", "web", 0, $"{Issuer.Text}/connect/register/{registered.ClientId}"),
            (registered.Text("scope"), registered.Text("token_endpoint_auth_method"), registered.Text("application_type"),
                registered.Json.GetProperty("client_secret_expires_at").GetInt32(), registered.Address));
        var (app, browser) = (registered.App(Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Bob);
        var page = await browser.OpenAsync(app.NewRequest("openid email").Address);
        var text = page.Document.Body!.TextContent;
        Assert.Contains("This app has registered itself", text, StringComparison.Ordinal);
        Assert.Contains("own.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", text, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector(".tile img"));
        Assert.True((await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email"))).IsOk);
    }

    [Fact]
    public async Task Without_a_token_and_with_a_wrong_one_nothing_is_registered()
    {
        var (status, _, headers) = await fixture.RegisterAsync(RegistrationHost.Minimal);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (status, headers.WwwAuthenticate.ToString()));
        (status, _, headers) = await fixture.RegisterAsync(RegistrationHost.Minimal, "wrong");
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\""), (status, headers.WwwAuthenticate.ToString()));
        // Tokens of other kinds are none of these.
        var bearer = (await Seed.Machine(Issuer).ClientCredentialsAsync("notes:read")).AccessToken;
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.RegisterAsync(RegistrationHost.Minimal, bearer)).Status);
        var other = await fixture.NewClientAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.RegisterAsync(RegistrationHost.Minimal, other.Token)).Status);
    }

    [Fact]
    public async Task Of_eight_that_use_a_token_for_three_at_once_three_succeed()
    {
        var (_, token) = await fixture.NewTokenAsync(uses: 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.RegisterAsync(RegistrationHost.Minimal, token)));
        Assert.Equal(3, answers.Count(a => a.Status == HttpStatusCode.Created));
        Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_refused_registration_does_not_use_up_a_token_and_an_expired_one_counts_no_more()
    {
        var (_, token) = await fixture.NewTokenAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await fixture.RegisterAsync("{}", token)).Status);
        Assert.Equal(HttpStatusCode.Created, (await fixture.RegisterAsync(RegistrationHost.Minimal, token)).Status);
        var (_, late) = await fixture.NewTokenAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.RegisterAsync(RegistrationHost.Minimal, late)).Status);
    }

    [Theory]
    [InlineData("{}", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["http://a.example/cb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://a.example/cb#x"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["javascript:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["http://localhost/cb"],"application_type":"web"}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://a.example/cb","http://localhost/cb"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"grant_types":["client_credentials"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"grant_types":["implicit"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"response_types":["token"]}""", "invalid_client_metadata")]
    [InlineData(
        """{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"client_secret_jwt"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"logo_uri":"javascript:alert(1)"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"frontchannel_logout_uri":"https://b.example/"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":"https://a.example/cb"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"redirect_uris":["https://b.example/cb"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["\ud800"]}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":["https://a.example/cb"],"contacts":[{"\udc00":["x"]}]}""", "invalid_client_metadata")]
    [InlineData("[]", "invalid_client_metadata")]
    [InlineData("nonsense", "invalid_client_metadata")]
    public async Task What_is_wrong_has_its_error(string json, string error)
    {
        var (status, answer, _) = await fixture.RegisterAsync(json, (await fixture.NewTokenAsync()).Text);
        Assert.Equal((HttpStatusCode.BadRequest, error), (status, answer.GetProperty("error").GetString()));
        Assert.NotEmpty(answer.GetProperty("error_description").GetString()!);
    }

    /// <summary>Members by which an operator trusts a client mean nothing in a registration, nor in what replaces one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_cannot_make_itself_trusted(bool byReplacement)
    {
        const string asked =
            """
            {"redirect_uris":["https://a.example/cb"],"first_party":true,"trusted":true,"service_account":true,"require_pkce":false,
             "resources":["https://api.example.test"],"allowed_resources":["https://api.example.test"],"brand":{"colour":"#ff0000"},
             "client_id":"web","client_secret":"chosen-by-the-client-0123456789abcdef","registration_access_token":"mine","x":1}
            """;
        var registered = await fixture.NewClientAsync(byReplacement ? RegistrationHost.Minimal : asked);
        if (byReplacement)
        {
            var body = JsonNode.Parse(asked)!.AsObject();
            (body["client_id"], body["client_secret"]) = (registered.ClientId, registered.Secret);
            body.Remove("registration_access_token");
            var (status, json, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, body.ToJsonString(), registered.Token);
            Assert.Equal(HttpStatusCode.OK, status);
            registered = new(json);
        }

        Assert.All(
            ["first_party", "trusted", "service_account", "resources", "allowed_resources", "brand", "x"],
            name => Assert.False(registered.Json.TryGetProperty(name, out _), name));
        Assert.NotEqual("web", registered.ClientId);
        Assert.NotEqual("mine", registered.Token);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var answer = await browser.AuthorizeAsync(registered.App(Issuer), "openid", [("prompt", "none")]);
        Assert.Equal("consent_required", answer.Error);
    }

    [Fact]
    public async Task A_program_of_a_device_needs_not_say_so_and_a_public_client_has_no_secret()
    {
        var registered = await fixture.NewClientAsync("""{"redirect_uris":["http://127.0.0.1/cb"],"token_endpoint_auth_method":"none"}""");
        Assert.Equal(("native", null), (registered.Text("application_type"), registered.Secret));
    }

    [Fact]
    public async Task Secrets_are_stored_as_hashes()
    {
        var registered = await fixture.NewClientAsync();
        var row = await fixture.Host.WithDatabaseAsync(db => db.Clients.AsNoTracking().FirstAsync(c => c.ClientId == registered.ClientId));
        Assert.DoesNotContain(registered.Token, row.Properties, StringComparison.Ordinal);
        Assert.DoesNotContain(registered.Secret!, row.ClientSecret, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_reads_replaces_and_deletes_its_registration()
    {
        var registered = await fixture.NewClientAsync();
        var (status, read, _) = await fixture.SendAsync(HttpMethod.Get, registered.Address, token: registered.Token);
        Assert.Equal((HttpStatusCode.OK, registered.Token), (status, new Registration(read).Token));
        Assert.False(read.TryGetProperty("client_secret", out _));

        var (replaced, next) = await ReplaceAsync(registered, registered.Token);
        Assert.Equal((HttpStatusCode.OK, "Renamed"), (replaced, next.Text("client_name")));
        Assert.NotEqual(registered.Token, next.Token);
        var former = await fixture.SendAsync(HttpMethod.Get, registered.Address, token: registered.Token);
        Assert.Equal(HttpStatusCode.Unauthorized, former.Status);
        var client = registered with { Json = Merge(next.Json, registered.Secret!) };
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        Assert.True((await client.App(Issuer).RedeemCodeAsync(await browser.AuthorizeAsync(client.App(Issuer)))).IsOk);

        Assert.Equal(HttpStatusCode.NoContent, (await fixture.SendAsync(HttpMethod.Delete, registered.Address, token: next.Token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.SendAsync(HttpMethod.Get, registered.Address, token: next.Token)).Status);
        var kinds = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.Where(e => e.ClientId == registered.ClientId).Select(e => e.Kind).ToListAsync());
        Assert.All([AuditKinds.ClientCreated, AuditKinds.ClientChanged, AuditKinds.ClientDeleted], kind => Assert.Contains(kind, kinds));
    }

    /// <summary>OpenID Connect Core section 4.</summary>
    [Fact]
    public async Task People_open_an_app_that_begins_a_sign_in_by_itself()
    {
        var app = (await fixture.NewClientAsync(
            """{"client_name":"Start","redirect_uris":["https://a.example/cb"],"initiate_login_uri":"https://a.example/start?x=1"}"""))
            .App(Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        await browser.AuthorizeAsync(app);
        var page = await browser.OpenAsync("/account/apps");
        var links = page.Document.QuerySelectorAll("li.app a.link").Select(a => a.GetAttribute("href"));
        Assert.Contains("https://a.example/start?x=1&iss=" + Uri.EscapeDataString(Issuer.Text), links);
    }

    [Fact]
    public async Task Of_eight_replacements_at_once_one_succeeds()
    {
        var registered = await fixture.NewClientAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReplaceAsync(registered, registered.Token)));
        var winner = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.Unauthorized));
        Assert.Equal(HttpStatusCode.OK, (await fixture.SendAsync(HttpMethod.Get, registered.Address, token: winner.Answer.Token)).Status);
    }

    [Theory]
    [InlineData("client_id", "\"other\"")]
    [InlineData("client_secret", "\"chosen-by-the-client-0123456789abcdef\"")]
    [InlineData("registration_access_token", "\"x\"")]
    [InlineData("registration_client_uri", "\"https://a.example\"")]
    [InlineData("client_id_issued_at", "1")]
    public async Task A_replacement_says_nothing_that_only_the_server_says(string name, string value)
    {
        var registered = await fixture.NewClientAsync();
        var body = JsonNode.Parse(RegistrationHost.Minimal)!.AsObject();
        body["client_id"] = registered.ClientId;
        body[name] = JsonNode.Parse(value);
        var (status, answer, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, body.ToJsonString(), registered.Token);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task The_token_of_one_client_opens_no_other_and_none_that_an_operator_has_registered()
    {
        var (one, other) = (await fixture.NewClientAsync(), await fixture.NewClientAsync());
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            var json = method == HttpMethod.Put ? RegistrationHost.Minimal : null;
            foreach (var address in new[] { other.Address, "/connect/register/web", "/connect/register/unknown", "/connect/register/%01" })
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.SendAsync(method, address, json, one.Token)).Status);
            }
            Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.SendAsync(method, one.Address, json)).Status);
        }
    }

    [Fact]
    public async Task A_client_that_nobody_uses_is_deleted_and_a_used_one_stays()
    {
        var (unused, used) = (await fixture.NewClientAsync(), await fixture.NewClientAsync());
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        await browser.AuthorizeAsync(used.App(Issuer));
        fixture.Time.Advance(TimeSpan.FromDays(31));
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<UnusedClientJob>(scope.ServiceProvider).RunAsync(default);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.SendAsync(HttpMethod.Get, unused.Address, token: unused.Token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.SendAsync(HttpMethod.Get, used.Address, token: used.Token)).Status);
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Clients.AnyAsync(c => c.ClientId == "web")));
    }

    /// <summary>One stranger's consent would hold a place of open registration for ever.</summary>
    [Fact]
    public async Task A_consent_alone_keeps_no_client_that_nobody_has_used_since()
    {
        var (consented, used) = (await fixture.NewClientAsync(), await fixture.NewClientAsync());
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        foreach (var client in new[] { consented, used }) await browser.AuthorizeAsync(client.App(Issuer));
        Assert.Equal(0, await RunAsync());
        fixture.Time.Advance(TimeSpan.FromDays(29));
        await using (var scope = fixture.Host.Services.CreateAsyncScope())
        {
            // The codes have been forgotten, and the consents stand.
            await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default);
        }
        await browser.SignInAsync(Seed.Bob);
        await browser.AuthorizeAsync(used.App(Issuer));
        await RunAsync();
        fixture.Time.Advance(TimeSpan.FromDays(2));
        await RunAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await ReadAsync(consented)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync(used)).Status);

        async Task<int> RunAsync()
        {
            await using var scope = fixture.Host.Services.CreateAsyncScope();
            return await ActivatorUtilities.CreateInstance<UnusedClientJob>(scope.ServiceProvider).RunAsync(default);
        }
    }

    private Task<(HttpStatusCode Status, JsonElement Json, System.Net.Http.Headers.HttpResponseHeaders Headers)> ReadAsync(
        Registration registered) => fixture.SendAsync(HttpMethod.Get, registered.Address, token: registered.Token);

    private async Task<(HttpStatusCode Status, Registration Answer)> ReplaceAsync(Registration registered, string token)
    {
        var body = JsonNode.Parse(RegistrationHost.Minimal)!.AsObject();
        (body["client_id"], body["client_name"], body["client_secret"]) = (registered.ClientId, "Renamed", registered.Secret);
        var (status, answer, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, body.ToJsonString(), token);
        return (status, new(answer));
    }

    private static JsonElement Merge(JsonElement json, string secret)
    {
        var merged = JsonNode.Parse(json.GetRawText())!.AsObject();
        merged["client_secret"] = secret;
        return JsonElement.Parse(merged.ToJsonString());
    }
}

public sealed class ClientRegistrationOnSqlite(TokenRegistrationOnSqlite fixture)
    : ClientRegistrationTests(fixture), IClassFixture<TokenRegistrationOnSqlite>;

public sealed class ClientRegistrationOnPostgres(TokenRegistrationOnPostgres fixture)
    : ClientRegistrationTests(fixture), IClassFixture<TokenRegistrationOnPostgres>;
