using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 9126: pushed authorization requests, from the push to the code.</summary>
public abstract class PushedRequestTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task A_pushed_request_has_a_name_for_ninety_seconds_that_no_cache_keeps()
    {
        var app = Seed.Web(Issuer);
        var answer = await app.PushAsync(app.NewRequest("openid"));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.StartsWith("urn:ietf:params:oauth:request_uri:", answer.Text("request_uri"), StringComparison.Ordinal);
        Assert.Equal(90, answer.Json.GetProperty("expires_in").GetInt32());
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_who_is_signed_in_gets_the_code_that_was_asked_for(bool confidential)
    {
        var app = confidential ? Seed.Web(Issuer) : Seed.Spa(Issuer);
        var browser = await SignedInAsync();
        var request = await app.NewPushedRequestAsync("openid offline_access notes:read", [("resource", Seed.Api)]);
        var answer = AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address));
        Assert.Equal(request.State, answer.Parameters["state"]);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.Equal(request.Nonce, tokens.IdToken.GetClaim("nonce").Value);
        Assert.Equal("openid offline_access notes:read", tokens.Text("scope"));
    }

    /// <summary>RFC 9126 section 4: the request is what was pushed; OpenID Connect clients repeat some of it beside the name.</summary>
    [Fact]
    public async Task What_stands_beside_the_request_uri_counts_for_nothing()
    {
        var app = Seed.Web(Issuer);
        var browser = await SignedInAsync();
        var request = await app.NewPushedRequestAsync("openid");
        var page = await browser.OpenAsync(
            request.Address + "&scope=openid%20offline_access%20notes%3Aread&state=evil&redirect_uri=https%3A%2F%2Fevil.example.test"
            + "&response_type=token&response_mode=fragment&prompt=login&claims=%7B&nonce=a&nonce=b&code_challenge=x&request=x");
        var answer = AuthorizationAnswer.Read(request, page);
        Assert.StartsWith(app.RedirectUri + "?", page.LeftTo!.ToString(), StringComparison.Ordinal);
        Assert.Equal(request.State, answer.Parameters["state"]);
        Assert.Equal("openid", (await app.RedeemCodeAsync(answer)).Text("scope"));
    }

    /// <summary>Both are rows of one table: what was given for one purpose is worth nothing for another.</summary>
    [Fact]
    public async Task The_name_of_a_pushed_request_is_no_code_and_a_code_no_name()
    {
        const string prefix = "urn:ietf:params:oauth:request_uri:";
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync());
        var name = (await app.PushAsync(app.NewRequest("openid"))).Text("request_uri")![prefix.Length..];
        var answer = await browser.AuthorizeAsync(app);
        var forged = await app.TokenAsync(
        [
            ("grant_type", "authorization_code"), ("code", name), ("redirect_uri", app.RedirectUri), ("code_verifier", new string('a', 43)),
        ]);
        Assert.Equal("invalid_grant", forged.Error);
        var page = await browser.OpenAsync(QueryHelpers.AddQueryString(
            Issuer.PathOf("/connect/authorize"),
            new Dictionary<string, string?> { ["client_id"] = app.ClientId, ["request_uri"] = prefix + answer.Code }));
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        // Neither try has used anything up.
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
    }

    [Fact]
    public async Task A_posted_request_with_a_request_uri_is_answered_as_one_in_the_address()
    {
        var app = Seed.Web(Issuer);
        var browser = await SignedInAsync();
        var request = await app.NewPushedRequestAsync("openid");
        var fields = QueryHelpers.ParseQuery(new Uri(Issuer.Address, request.Address).Query)
            .Select(p => KeyValuePair.Create(p.Key, p.Value.ToString()));
        using var content = new FormUrlEncodedContent(fields);
        var page = await browser.FollowAsync(await browser.Http.PostAsync(Issuer.PathOf("/connect/authorize"), content));
        Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
    }

    [Fact]
    public async Task As_much_as_may_be_pushed_is_found_again_and_more_is_refused()
    {
        var (app, browser) = (Seed.Patient(Issuer), await SignedInAsync());
        // Each of them is six characters in the row.
        var request = await app.NewPushedRequestAsync("openid", [("note", new string('<', 15_000))]);
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address)).Code);
        var refused = await app.PushAsync(app.NewRequest("openid", [("note", new string('<', 16_500))]));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task A_request_uri_is_good_for_one_code()
    {
        var request = await Seed.Web(Issuer).NewPushedRequestAsync();
        var browser = await SignedInAsync();
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address)).Code);
        Refused(await browser.OpenAsync(request.Address));
    }

    [Fact]
    public async Task An_error_to_the_client_ends_the_request_too()
    {
        var request = await Seed.Web(Issuer).NewPushedRequestAsync(extra: [("prompt", "none")]);
        var browser = fixture.Host.NewBrowser();
        var answer = AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address));
        Assert.Equal("login_required", answer.Error);
        Assert.Equal(request.State, answer.Parameters["state"]);
        await browser.SignInAsync(Seed.Alice);
        Refused(await browser.OpenAsync(request.Address));
    }

    [Fact]
    public async Task A_request_uri_is_of_no_use_to_another_client()
    {
        var request = await Seed.Web(Issuer).NewPushedRequestAsync();
        var browser = await SignedInAsync();
        foreach (var other in new[] { "client_id=spa", "client_id=", "x=y" })
        {
            Refused(await browser.OpenAsync(
                request.Address.Replace("client_id=web", other, StringComparison.Ordinal)
                + "&response_type=code&redirect_uri=https%3A%2F%2Fspa.example.test%2Fcallback"));
        }

        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address)).Code);
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:request_uri:")]
    [InlineData("urn:ietf:params:oauth:request_uri:x")]
    [InlineData("urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_request_uri_that_nobody_was_given_is_refused_on_a_page(string requestUri) => Refused(
        await (await SignedInAsync()).OpenAsync($"/connect/authorize?client_id=web&request_uri={Uri.EscapeDataString(requestUri)}"));

    [Fact]
    public async Task A_request_that_was_not_begun_in_time_has_expired()
    {
        var request = await Seed.Web(Issuer).NewPushedRequestAsync();
        var browser = await SignedInAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(91));
        Refused(await browser.OpenAsync(request.Address));
    }

    [Fact]
    public async Task A_sign_in_that_was_begun_in_time_may_take_longer_than_the_request_lives()
    {
        var app = Seed.Web(Issuer);
        var request = await app.NewPushedRequestAsync("openid");
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"));
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.True((await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, back))).IsOk);
        // Not for somebody who opens the address anew.
        Refused(await browser.OpenAsync(request.Address));
    }

    [Fact]
    public async Task The_consent_page_revives_no_request_that_was_not_begun_in_time()
    {
        var request = await Seed.ThirdParty(Issuer).NewPushedRequestAsync("openid", [("prompt", "consent")]);
        var browser = await SignedInAsync();
        var page = "/consent?returnUrl=" + Uri.EscapeDataString(request.Address);
        Assert.True((await browser.OpenAsync(page)).HasForm("/consent"));
        fixture.Time.Advance(TimeSpan.FromSeconds(91));
        Refused(await browser.OpenAsync(page));
        Refused(await browser.OpenAsync(page + Uri.EscapeDataString("&interaction=AAAA")));
    }

    [Fact]
    public async Task A_sign_in_that_one_browser_has_begun_revives_no_request_in_another()
    {
        var (request, browser) = (await Seed.ThirdParty(Issuer).NewPushedRequestAsync(), fixture.Host.NewBrowser());
        var page = await browser.OpenAsync(request.Address);
        var back = QueryHelpers.ParseQuery(page.Address.Query)["returnUrl"].ToString();
        fixture.Time.Advance(TimeSpan.FromSeconds(91));
        Refused(await (await SignedInAsync()).OpenAsync(back));
        Assert.True((await browser.SignInAsync(Seed.Bob.Email, Seed.Bob.Password, page: page)).HasForm("/consent"));
    }

    [Fact]
    public async Task One_address_pushes_so_much_for_a_public_client_and_then_waits()
    {
        // An hour in which nothing else has come.
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var (spa, web) = (Seed.Spa(Issuer), Seed.Web(Issuer));
        TokenAnswer answer;
        var pushed = 0;
        do answer = await spa.PushAsync(spa.NewRequest("openid"));
        while (answer.Status == HttpStatusCode.Created && ++pushed < 400);
        Assert.Equal((HttpStatusCode.TooManyRequests, AuthServer.RateLimits.PushedRequestThrottle.MostInMinute), (answer.Status, pushed));
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Created, (await web.PushAsync(web.NewRequest("openid"))).Status);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Created, (await spa.PushAsync(spa.NewRequest("openid"))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_consent_page_shows_what_was_pushed_and_its_answer_ends_the_request(bool allow)
    {
        var app = Seed.ThirdParty(Issuer);
        var request = await app.NewPushedRequestAsync("openid notes:read", [("prompt", "consent"), ("resource", Seed.Api)]);
        var browser = await SignedInAsync();
        var page = await browser.OpenAsync(request.Address + "&scope=openid");
        Assert.Contains("Read your notes", page.Body, StringComparison.Ordinal);
        var back = await browser.SubmitAsync(page, "/consent", ("decision", allow ? "allow" : "deny"));
        var answer = AuthorizationAnswer.Read(request, back);
        if (allow) Assert.Equal("openid notes:read", (await app.RedeemCodeAsync(answer)).Text("scope"));
        else Assert.Equal("access_denied", answer.Error);
        Refused(await browser.OpenAsync(request.Address));
    }

    [Fact]
    public async Task Pages_show_the_app_the_language_and_the_hint_of_the_pushed_request_and_no_address_tells_them()
    {
        var app = Seed.ThirdParty(Issuer);
        var request = await app.NewPushedRequestAsync("openid", [("ui_locales", "de"), ("login_hint", "alice@example.test")]);
        var browser = fixture.Host.NewBrowser();
        browser.Http.DefaultRequestHeaders.Add("Accept-Language", "en");
        var page = await browser.OpenAsync(request.Address + "&ui_locales=fr&login_hint=evil%40example.test");
        Assert.True(page.HasForm("/signin"), page.ToString());
        Assert.Equal("de", page.Document.DocumentElement.GetAttribute("lang"));
        Assert.Equal("alice@example.test", page.Document.QuerySelector("input[name=email]")!.GetAttribute("value"));
        Assert.Contains("Somebody else", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", page.Address.ToString(), StringComparison.Ordinal);
        var again = await browser.SubmitAsync(page, "/signin", ("password", "wrong"));
        Assert.Equal("de", again.Document.DocumentElement.GetAttribute("lang"));
    }

    [Fact]
    public async Task A_pushed_request_leads_to_the_page_for_a_new_account()
    {
        var request = await Seed.Web(Issuer).NewPushedRequestAsync("openid", [("prompt", "create"), ("login_hint", "new@example.test")]);
        var page = await (await SignedInAsync()).OpenAsync(request.Address);
        Assert.True(page.HasForm("/signup"));
        Assert.Equal("new@example.test", page.Document.QuerySelector("input[name=email]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_push_is_one_statement_and_its_code_ends_it_in_one_commit()
    {
        var app = Seed.Web(Issuer);
        var browser = await SignedInAsync();
        await app.NewPushedRequestAsync();
        AuthorizationRequest? request = null;
        var push = await fixture.Host.Sql.MeasureAsync(async () => request = await app.NewPushedRequestAsync());
        Assert.True((push.Statements.Count, push.Commits) == (1, 1), push.ToString());
        // The session, the request, and for a client without refresh tokens its session; then the end of the request and the code.
        var answer = await fixture.Host.Sql.MeasureAsync(async () => Assert.NotNull((await browser.OpenAsync(request!.Address)).LeftTo));
        Assert.True((answer.Statements.Count, answer.Commits) == (5, 1), answer.ToString());
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }

    private static void Refused(Page page)
    {
        Assert.Null(page.LeftTo);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("invalid_request_uri", page.Body, StringComparison.Ordinal);
    }
}

public sealed class PushedRequestsOnSqlite(SqliteHost fixture) : PushedRequestTests(fixture), IClassFixture<SqliteHost>;

public sealed class PushedRequestsOnPostgres(PostgresHost fixture) : PushedRequestTests(fixture), IClassFixture<PostgresHost>;
