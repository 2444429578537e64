using System.Net;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>How clients prove who they are (RFC 6749 section 2.3), and what a request may hold beside that (section 3.2).</summary>
public abstract class ClientProofTests(HostFixture fixture)
{
    private static readonly (string Id, string Secret) Machine = ("machine", "machine-secret-9fPq4WcJ6sVgN1tX5aKe");
    private static readonly (string Id, string Secret) Api = ("api", "api-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2");
    private static readonly (string Id, string Secret) Silent = ("silent-machine", "silent-machine-secret-5rVb8Nq3Xt7Kc2Jd");
    private static readonly (string Id, string Secret) Posting = ("post-machine", "post-machine-secret-6wDf4Hm9Zp2Gs8Ly3");

    [Fact]
    public async Task A_client_id_in_the_body_beside_Basic_must_be_the_same()
    {
        Assert.True((await TokenAsync(Machine, ("client_id", "machine"))).IsOk);
        foreach (var path in new[] { "/connect/token", "/connect/introspect", "/connect/revoke" })
        {
            var answer = await PostAsync(path, Machine, ("grant_type", "client_credentials"), ("token", "x"), ("client_id", "web"));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
        }
    }

    [Fact]
    public async Task The_registered_method_alone_counts_and_a_silent_registration_admits_both()
    {
        Assert.Equal("invalid_client", (await PostedAsync(Machine)).Error);
        Assert.Equal("invalid_client", (await TokenAsync(Posting)).Error);
        Assert.True((await TokenAsync(Machine)).IsOk);
        Assert.True((await PostedAsync(Posting)).IsOk);
        Assert.True((await TokenAsync(Silent)).IsOk);
        Assert.True((await PostedAsync(Silent)).IsOk);
        Assert.Equal(
            "invalid_client", (await PostAsync("/connect/token", null, ("grant_type", "client_credentials"), ("client_id", Silent.Id)))
                .Error);
    }

    /// <summary>RFC 6749 section 2.3.1: credentials are never in the address; RFC 7662 section 2.1: nor is a token.</summary>
    [Fact]
    public async Task What_stands_in_the_address_proves_and_asks_nothing()
    {
        var credentials = $"?client_id={Posting.Id}&client_secret={Posting.Secret}";
        foreach (var path in new[] { "/connect/token", "/connect/introspect", "/connect/revoke", "/connect/par" })
        {
            var refused = await PostAsync(path + credentials, null, ("grant_type", "client_credentials"), ("token", "x"));
            Assert.Contains(refused.Error, new[] { "invalid_client", "invalid_request" });
            Assert.InRange((int)refused.Status, 400, 401);
        }

        Assert.True((await PostedAsync(Posting)).IsOk);
        var live = await Seed.Machine(fixture.Issuer).ClientCredentialsAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/introspect?token=" + live.AccessToken);
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Api.Id}:{Api.Secret}")));
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_challenge_names_a_realm()
    {
        var answer = await TokenAsync((Machine.Id, "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("realm=\"AuthPlatform\"", Assert.Single(answer.Headers.WwwAuthenticate).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_may_not_introspect_does_not_learn_whether_a_token_lives()
    {
        var live = await Seed.Machine(fixture.Issuer).ClientCredentialsAsync();
        var (about, dead) = (await IntrospectAsync(live.AccessToken), await IntrospectAsync("dead"));
        Assert.Equal(("unauthorized_client", about.Status, about.Body), (about.Error, dead.Status, dead.Body));

        Task<TokenAnswer> IntrospectAsync(string token) => PostAsync("/connect/introspect", null, ("client_id", "spa"), ("token", token));
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/connect/introspect")]
    [InlineData("/connect/revoke")]
    public async Task A_form_that_cannot_be_read_gets_an_OAuth_error(string path)
    {
        var crowded = string.Join('&', Enumerable.Range(0, 2_000).Select(i => $"p{i}=x"));
        foreach (var (type, body) in new[]
        {
            ("application/x-www-form-urlencoded, text/plain", "token=x"), ("application/x-www-form-urlencoded-not", "token=x"),
                ("text/plain", "token=x"),
            ("application/x-www-form-urlencoded", crowded), ("multipart/form-data; boundary=x", "token=x"), ("", "token=x"),
        })
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            var answer = await TokenAnswer.ReadAsync(await fixture.Issuer.Http.SendAsync(request));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
        }
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/connect/introspect")]
    [InlineData("/connect/revoke")]
    public async Task A_parameter_that_stands_twice_is_refused(string path)
    {
        var answer = await PostAsync(path, Machine, ("grant_type", "client_credentials"), ("token", "x"), ("x", "1"), ("x", "2"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Parameters_that_mean_nothing_to_a_code_exchange_are_ignored()
    {
        var (app, answer) = await AuthorizeAsync();
        var tokens = await app.RedeemCodeAsync(answer, ("scope", "anything at all"), ("audience", "https://x.example"), ("x", "y"));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("openid notes:read", tokens.Text("scope"));
    }

    [Fact]
    public async Task A_resource_that_was_not_authorized_is_refused_and_costs_neither_code_nor_refresh_token()
    {
        var (app, answer) = await AuthorizeAsync("openid offline_access notes:read");
        Assert.Equal("invalid_target", (await app.RedeemCodeAsync(answer, ("resource", fixture.Issuer.Text))).Error);
        var tokens = await app.RedeemCodeAsync(answer, ("resource", Seed.Api));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken, ("resource", fixture.Issuer.Text))).Error);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_refresh_with_too_many_scopes_costs_no_refresh_token()
    {
        var (app, answer) = await AuthorizeAsync("openid offline_access", resource: null);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.Equal("invalid_scope", (await app.RefreshAsync(tokens.RefreshToken, ("scope", "openid notes:read"))).Error);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken, ("scope", "openid"))).IsOk);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with+signs/that=are_not_unreserved_characters_at_all")]
    public async Task A_code_verifier_of_another_form_is_refused(string verifier)
    {
        var (app, answer) = await AuthorizeAsync();
        Assert.Equal(
            "invalid_grant", (await app.RedeemCodeAsync(answer with { Request = answer.Request with { Verifier = verifier } })).Error);
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
    }

    private async Task<(ClientApp App, AuthorizationAnswer Answer)> AuthorizeAsync(
        string scope = "openid notes:read", string? resource = Seed.Api)
    {
        var app = Seed.Spa(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return (app, await browser.AuthorizeAsync(app, scope, [("resource", resource)]));
    }

    private Task<TokenAnswer> TokenAsync((string, string) client, params (string, string)[] more) =>
        PostAsync("/connect/token", client, [("grant_type", "client_credentials"), .. more]);

    private Task<TokenAnswer> PostedAsync((string Id, string Secret) client) =>
        PostAsync("/connect/token", null, ("grant_type", "client_credentials"), ("client_id", client.Id), ("client_secret", client.Secret));

    private async Task<TokenAnswer> PostAsync(string path, (string Id, string Secret)? basic, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))) };
        if (basic is var (id, secret))
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{id}:{secret}")));
        }
        return await TokenAnswer.ReadAsync(await fixture.Issuer.Http.SendAsync(request));
    }
}

public sealed class ClientProofOnSqliteTests(SqliteHost host) : ClientProofTests(host), IClassFixture<SqliteHost>;

public sealed class ClientProofOnPostgresTests(PostgresHost host) : ClientProofTests(host), IClassFixture<PostgresHost>;

/// <summary>RFC 6749 section 2.3.1: guessing is slow, and shuts out nobody but the guesser.</summary>
public sealed class ClientGuessingTests : IAsyncLifetime
{
    private AuthServerHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthServerHost.StartAsync(new(DatabaseKind.Sqlite)
    {
        Settings = new Dictionary<string, string> { ["CLIENT_AUTHENTICATION_FAILURES"] = "3" },
        Services = services => services.AddSingleton<IStartupFilter>(new Addresses()),
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Wrong_secrets_make_their_address_wait_and_the_client_elsewhere_gets_in()
    {
        for (var i = 0; i < 3; i++) Assert.Equal((HttpStatusCode)401, (await TokenAsync("wrong", "192.0.2.1")).Status);
        var waits = await TokenAsync("machine-secret-9fPq4WcJ6sVgN1tX5aKe", "192.0.2.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, waits.Status);
        Assert.NotNull(waits.Headers.RetryAfter);
        Assert.True((await TokenAsync("machine-secret-9fPq4WcJ6sVgN1tX5aKe", "192.0.2.2")).IsOk);
        // Another client at that address does not wait.
        Assert.True((await TokenAsync("silent-machine-secret-5rVb8Nq3Xt7Kc2Jd", "192.0.2.1", "silent-machine")).IsOk);
    }

    private async Task<TokenAnswer> TokenAsync(string secret, string address, string client = "machine")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}")));
        request.Headers.Add(Addresses.Header, address);
        return await TokenAnswer.ReadAsync(await _host.Issuer.Http.SendAsync(request));
    }

    private sealed class Addresses : IStartupFilter
    {
        public const string Header = "X-Test-Address";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                http.Connection.RemoteIpAddress = IPAddress.Parse(http.Request.Headers[Header]!);
                http.Request.Headers.Remove(Header);
                return rest(http);
            });
            next(app);
        };
    }
}
