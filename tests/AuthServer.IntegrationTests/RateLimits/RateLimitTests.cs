using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.RateLimits;

/// <summary>The limits as callers meet them: by address before everything, by hour on /v1, by client on the protocol endpoints.</summary>
public sealed class RateLimitTests(RateLimitTests.LimitedHost fixture) : IClassFixture<RateLimitTests.LimitedHost>
{
    private const int PerMinute = 20, PerHour = 12, PerClient = 3;

    [Theory]
    [InlineData("203.0.113.1", "/connect/token", "application/json", "application/problem+json")]
    [InlineData("203.0.113.2", "/.well-known/openid-configuration", "*/*", "application/problem+json")]
    [InlineData("203.0.113.3", "/signin", "text/html", "text/html")]
    [InlineData("203.0.113.4", "/v1/users", "text/html", "application/problem+json")]
    public async Task An_address_beyond_its_limit_is_turned_away_everywhere_but_at_health(
        string address, string path, string accept, string type)
    {
        for (var i = 0; i < PerMinute; i++)
        {
            using var passed = await SendAsync(address, "/no-such-page", accept);
            Assert.Equal(HttpStatusCode.NotFound, passed.StatusCode);
        }

        using var refused = await SendAsync(address, path, accept);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        // At the beginning of a minute the count has to fade in the next one too.
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 120);
        Assert.Equal(type, refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Assert.Single(refused.Headers.GetValues("X-Content-Type-Options")));
        using var health = await SendAsync(address, "/health/live", accept);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        using var other = await SendAsync("203.0.113.99", path, accept);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, other.StatusCode);

        fixture.Time.Advance(refused.Headers.RetryAfter.Delta.Value);
        using var later = await SendAsync(address, "/no-such-page", accept);
        Assert.Equal(HttpStatusCode.NotFound, later.StatusCode);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Who_is_exempt_is_not_turned_away()
    {
        for (var i = 0; i < 2 * PerMinute; i++)
        {
            using var answer = await SendAsync("198.51.100.7", "/.well-known/jwks");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Every_call_of_the_API_is_told_what_is_left_and_the_one_after_the_last_when_to_come_back()
    {
        for (var left = PerHour - 1; left >= 0; left--)
        {
            using var answer = await SendAsync("203.0.113.20", "/v1/no-such-thing");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal($"\"hour\";q={PerHour};w=3600", Header(answer, "RateLimit-Policy"));
            Assert.Equal($"\"hour\";r={left};t=3600", Header(answer, "RateLimit"));
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        using var refused = await SendAsync("203.0.113.20", "/v1/no-such-thing");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("\"hour\";r=0;t=3000", Header(refused, "RateLimit"));
        Assert.Equal(TimeSpan.FromSeconds(3000), refused.Headers.RetryAfter!.Delta);
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("urn:authplatform:problem:too-many-requests", problem.GetProperty("type").GetString());

        // Pages and protocol are not counted against it, and another address has its own.
        using var page = await SendAsync("203.0.113.20", "/.well-known/jwks");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.False(page.Headers.Contains("RateLimit"));
        using var other = await SendAsync("203.0.113.21", "/v1/no-such-thing");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);

        fixture.Time.Advance(TimeSpan.FromMinutes(50));
        using var again = await SendAsync("203.0.113.20", "/v1/no-such-thing");
        Assert.Equal($"\"hour\";r={PerHour - 1};t=3600", Header(again, "RateLimit"));
    }

    [Fact]
    public async Task A_forged_token_counts_for_its_address()
    {
        using var answer = await SendAsync("203.0.113.30", "/v1/no-such-thing", authorization: "Bearer forged.by.me");
        Assert.Equal($"\"hour\";r={PerHour - 1};t=3600", Header(answer, "RateLimit"));
        using var next = await SendAsync("203.0.113.30", "/v1/no-such-thing");
        Assert.Equal($"\"hour\";r={PerHour - 2};t=3600", Header(next, "RateLimit"));
    }

    [Fact]
    public async Task Of_fifty_calls_at_once_exactly_the_budget_gets_through()
    {
        // An address that the flood limit exempts, so that the hour alone decides.
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            using var answer = await SendAsync("198.51.100.50", "/v1/no-such-thing");
            return answer.StatusCode;
        })));
        Assert.Equal(PerHour, answers.Count(status => status == HttpStatusCode.NotFound));
        Assert.Equal(50 - PerHour, answers.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_client_that_has_proved_who_it_is_has_a_limit_over_all_protocol_endpoints()
    {
        var machine = Seed.Machine(fixture.Issuer);
        // What somebody else sends in its name without the secret does not count.
        for (var i = 0; i < PerClient; i++)
        {
            Assert.Equal("invalid_client", (await (machine with { Secret = "guess" }).ClientCredentialsAsync()).Error);
        }
        var token = await machine.ClientCredentialsAsync();
        Assert.True(token.IsOk, token.Body);
        Assert.True((await machine.IntrospectAsync(token.AccessToken)).IsOk);
        await machine.RevokeAsync(token.AccessToken);
        foreach (
            var refused in new[] { await machine.ClientCredentialsAsync(), await machine.IntrospectAsync(
                token.AccessToken), await machine.RevokeAsync(token.AccessToken) })
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
            Assert.Equal("temporarily_unavailable", refused.Error);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 120);
        }

        Assert.False((await Seed.ResourceServer(fixture.Issuer).IntrospectAsync("nonsense")).IsActive);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await machine.ClientCredentialsAsync()).IsOk);
    }

    /// <summary>The same limit in the form of the JSON API.</summary>
    [Fact]
    public async Task A_client_that_proved_who_it_is_and_is_too_fast_gets_429_at_the_api_too()
    {
        var bff = new ApiCaller(fixture.Issuer) { Basic = ("bff", "bff-secret-Lw8Kz3Qv7Tn5Yb1Rd9XhJf5pQ2") };
        for (var i = 0; i < PerClient; i++) (await bff.RefreshAsync("forged")).Expect(HttpStatusCode.Unauthorized, "invalid-grant");
        var refused = await bff.RefreshAsync("forged");
        refused.Expect(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 120);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_public_client_has_no_such_limit_because_anybody_can_name_it()
    {
        for (var i = 0; i < 2 * PerClient; i++)
        {
            Assert.Equal("invalid_grant", (await Seed.Spa(fixture.Issuer).RefreshAsync("forged")).Error);
        }
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_guesser_with_hundreds_of_addresses_does_not_keep_the_owner_out()
    {
        var owner = fixture.Host.NewBrowser();
        await owner.SignInAsync(Seed.Carol);
        await owner.SubmitAsync(await owner.OpenAsync("/signout"), "/signout");

        for (var i = 0; i < 300; i++) await From($"10.9.{i / 200}.{i % 200}").SignInAsync(Seed.Carol.Email, "wrong-password");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await From("10.8.0.1").SignInAsync(Seed.Carol)).Status);
        Assert.Equal(HttpStatusCode.OK, (await owner.SignInAsync(Seed.Carol)).Status);
        Assert.Contains(owner.Cookies.GetAllCookies(), cookie => cookie.Name == "__Host-authplatform-session");

        Browser From(string address)
        {
            var browser = fixture.Host.NewBrowser();
            browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return browser;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        string address, string path, string accept = "application/json", string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        request.Headers.Add("X-Forwarded-For", address);
        if (authorization is not null) request.Headers.Add("Authorization", authorization);
        return await fixture.Issuer.Http.SendAsync(request);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    public sealed class LimitedHost() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) => setup with
        {
            Settings = new Dictionary<string, string>
            {
                ["REQUESTS_PER_ADDRESS_PER_MINUTE"] = $"{PerMinute}",
                ["FLOOD_LIMIT_EXEMPT"] = "198.51.100.0/24,127.0.0.1",
                ["TRUSTED_PROXIES"] = "127.0.0.1",
                ["SIGNIN_FAILURES_PER_ACCOUNT"] = "5",
                ["RATE_LIMIT_PER_HOUR"] = $"{PerHour}",
                ["PROTOCOL_REQUESTS_PER_CLIENT_PER_MINUTE"] = $"{PerClient}",
            },
        };
    }
}

/// <summary>What nobody limits unless it is asked for.</summary>
public sealed class NoRateLimitTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    [Fact]
    public async Task A_client_has_no_limit_unless_one_is_set()
    {
        var machine = Seed.Machine(fixture.Issuer);
        for (var i = 0; i < 200; i++) Assert.True((await machine.ClientCredentialsAsync()).IsOk);
    }
}
