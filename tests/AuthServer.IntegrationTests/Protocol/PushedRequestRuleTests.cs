using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 9126 sections 2 and 7: what is refused at the push, and who must push.</summary>
public abstract class PushedRequestRuleTests(PushedRequestRuleTests.Host fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    /// <summary>A server with clients for which pushing is a duty, and for one it is not.</summary>
    public abstract class Host(DatabaseKind kind) : HostFixture(kind)
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

        public static ClientApp Strict(Issuer issuer) => new(issuer, "strict", null, "https://strict.example.test/cb");

        public static ClientApp Free(Issuer issuer) =>
            new(issuer, "free", "free-secret-3Kd8Vq2Zt6Wb9Rn4Hx7Jm", "https://free.example.test/cb");

        protected override HostSetup Prepare(HostSetup setup)
        {
            File.WriteAllText(
                _seed,
                """
                {
                  "clients": [
                    { "client_id": "strict", "token_endpoint_auth_method": "none", "redirect_uris": ["https://strict.example.test/cb"],
                      "scope": "openid", "trusted": true, "require_pushed_authorization_requests": true },
                    { "client_id": "free", "client_secret": "free-secret-3Kd8Vq2Zt6Wb9Rn4Hx7Jm", "scope": "openid", "trusted": true,
                      "redirect_uris": ["https://free.example.test/cb"] },
                    { "client_id": "machine", "client_secret": "machine-secret-9fPq4WcJ6sVgN1tX5aKe",
                      "grant_types": ["client_credentials"] }
                  ],
                  "users": [{ "email": "alice@example.test", "password": "Correct-Horse-7-Battery", "first_name": "Alice",
                    "last_name": "Archer" }]
                }
                """);
            return setup with { SeedFile = _seed, Time = null };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            File.Delete(_seed);
            GC.SuppressFinalize(this);
        }
    }

    public sealed class OnSqlite() : Host(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : Host(DatabaseKind.Postgres);

    [Theory]
    [InlineData("redirect_uri", "https://evil.example.test/cb", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_mode", "loud", "invalid_request")]
    [InlineData("scope", "no-such-scope", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "dance", "invalid_request")]
    [InlineData("claims", "{", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_request")]
    [InlineData("client_id", "nobody", "invalid_client")]
    [InlineData("client_secret", "wrong", "invalid_client")]
    public async Task A_push_is_judged_as_the_authorization_endpoint_would_and_answered_with_json(string name, string? value, string error)
    {
        var app = Host.Strict(Issuer);
        var answer = await app.PushAsync(app.NewRequest("openid"), (name, value));
        Assert.Equal(error, answer.Error);
        Assert.Equal(error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, answer.Status);
        Assert.Null(answer.Text("request_uri"));
        Assert.Null(answer.Text("error_uri"));
        Assert.NotNull(answer.Text("error_description"));
    }

    [Fact]
    public async Task A_push_is_a_post_of_a_form_in_which_nothing_stands_twice()
    {
        var app = Host.Strict(Issuer);
        using var got = await Issuer.Http.GetAsync(app.NewRequest("openid").Address.Replace("authorize", "par", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, got.StatusCode);
        using var json = await Issuer.Http.PostAsync("/connect/par", new StringContent("{}", null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        Assert.Equal("invalid_request", (await app.PushAsync(app.NewRequest("openid"), ("nonce", "a"), ("nonce", "b"))).Error);
    }

    [Fact]
    public async Task A_client_that_has_a_secret_proves_it_in_either_way_and_is_refused_without()
    {
        var app = Host.Free(Issuer);
        Assert.Equal(HttpStatusCode.Created, (await app.PushAsync(app.NewRequest("openid"))).Status);
        var (body, wrong) = (app with { Secret = null }, app with { Secret = "wrong" });
        Assert.Equal(HttpStatusCode.Created, (await body.PushAsync(app.NewRequest("openid"), ("client_secret", app.Secret))).Status);
        foreach (var refused in new[] { await body.PushAsync(app.NewRequest("openid")), await wrong.PushAsync(app.NewRequest("openid")) })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.Equal("invalid_client", refused.Error);
        }
    }

    [Fact]
    public async Task A_client_without_codes_may_not_push()
    {
        var machine = new ClientApp(Issuer, "machine", "machine-secret-9fPq4WcJ6sVgN1tX5aKe", "https://free.example.test/cb");
        Assert.Equal("unauthorized_client", (await machine.PushAsync(machine.NewRequest("openid"))).Error);
    }

    [Fact]
    public async Task A_client_that_must_push_gets_no_answer_to_a_request_that_was_not_pushed()
    {
        var (strict, free) = (Host.Strict(Issuer), Host.Free(Issuer));
        var browser = await SignedInAsync();
        var refused = await browser.AuthorizeAsync(strict);
        Assert.Equal("invalid_request", refused.Error);
        Assert.Equal(refused.Request.State, refused.Parameters["state"]);
        Assert.NotNull((await browser.AuthorizeAsync(free)).Code);
        var pushed = await strict.NewPushedRequestAsync();
        Assert.True((await strict.RedeemCodeAsync(AuthorizationAnswer.Read(pushed, await browser.OpenAsync(pushed.Address)))).IsOk);
    }

    [Fact]
    public async Task Of_eight_answers_to_one_request_at_once_one_is_a_code()
    {
        var app = Host.Free(Issuer);
        var browser = await SignedInAsync();
        for (var round = 0; round < 10; round++)
        {
            var request = await app.NewPushedRequestAsync();
            var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => browser.OpenAsync(request.Address))));
            var won = Assert.Single(pages, page => page.LeftTo is not null);
            Assert.True((await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, won))).IsOk);
            Assert.All(
                pages.Where(page => page != won), page => Assert.Contains("invalid_request_uri", page.Body, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_row_of_a_pushed_request_names_nobody()
    {
        var app = Host.Free(Issuer);
        var pushed = await app.PushAsync(app.NewRequest("openid", [("login_hint", "planted-hint@example.test")]));
        var rows = await fixture.Host.WithDatabaseAsync(db => Task.FromResult(db.Tokens.Select(t => t.Payload + t.ReferenceId).ToList()));
        Assert.DoesNotContain(rows, row => row.Contains("planted-hint", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, row => row.Contains(pushed.Text("request_uri")![34..], StringComparison.Ordinal));
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }
}

public sealed class PushedRequestRulesOnSqlite(PushedRequestRuleTests.OnSqlite fixture)
    : PushedRequestRuleTests(fixture), IClassFixture<PushedRequestRuleTests.OnSqlite>;

public sealed class PushedRequestRulesOnPostgres(PushedRequestRuleTests.OnPostgres fixture)
    : PushedRequestRuleTests(fixture), IClassFixture<PushedRequestRuleTests.OnPostgres>;
