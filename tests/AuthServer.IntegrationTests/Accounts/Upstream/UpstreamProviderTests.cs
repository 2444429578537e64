using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>
/// Providers that are away or hostile; what apps ask of a sign-in; answers by form. On one database, which has no part in it.
/// </summary>
public sealed class UpstreamProviderTests(UpstreamOnSqlite fixture) : IClassFixture<UpstreamOnSqlite>
{
    [Fact]
    public async Task A_provider_that_is_away_leaves_every_other_way()
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.SubmitAsync(await browser.OpenAsync("/signin"), "/signin/with", ("provider", "away"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("Away does not answer right now", page.Body, StringComparison.Ordinal);
        var other = await browser.OpenAsync(page.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        Assert.Equal("/", (await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: other)).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_discovery_document_that_is_huge_broken_or_of_another_issuer_or_address_is_no_answer()
    {
        foreach (var answer in new Func<UpstreamServer, HttpContext, Task>[]
        {
            async (_, http) =>
            {
                var block = new byte[64 * 1024];
                for (var i = 0; i < 64; i++) await http.Response.Body.WriteAsync(block, http.RequestAborted);
            },
            (_, http) => http.Response.WriteAsync("<html>"),
            (s, http) => http.Response.WriteAsync(
                s.DiscoveryText().Replace("\"issuer\":\"http", "\"issuer\":\"https", StringComparison.Ordinal)),
            (s, http) => http.Response.WriteAsync(
                s.DiscoveryText().Replace(s.Issuer + "/authorize", "http://evil.example/authorize", StringComparison.Ordinal)),
            (s, http) => http.Response.WriteAsync(
                s.DiscoveryText().Replace(s.Issuer + "/authorize", "javascript:alert(1)", StringComparison.Ordinal)),
            (s, http) => http.Response.WriteAsync(
                s.DiscoveryText().Replace(s.Issuer + "/jwks", "http://169.254.169.254/latest", StringComparison.Ordinal)),
        })
        {
            await using var hostile = await UpstreamServer.StartAsync(fixture.Time);
            hostile.Discovery = async http =>
            {
                http.Response.ContentType = "application/json";
                await answer(hostile, http);
                return true;
            };
            await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
            {
                Settings = new Dictionary<string, string>
                {
                    ["UPSTREAM_PROVIDERS"] = "corp",
                    ["UPSTREAM_CORP_ISSUER"] = hostile.Issuer,
                    ["UPSTREAM_CORP_CLIENT_ID"] = UpstreamServer.ClientId,
                },
            });
            var browser = host.NewBrowser();
            var page = await browser.SubmitAsync(await browser.OpenAsync("/signin"), "/signin/with", ("provider", "corp"));
            Assert.True(page.Status == HttpStatusCode.ServiceUnavailable, page.ToString());
        }
    }

    [Fact]
    public async Task One_address_is_sent_away_a_limited_number_of_times_in_a_minute()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Time = fixture.Time,
            Settings = new Dictionary<string, string>(fixture.Corp.SettingsOf("corp"))
            {
                ["UPSTREAM_PROVIDERS"] = "corp",
                ["SIGNINS_PER_ADDRESS_PER_MINUTE"] = "2",
            },
        });
        var request = Seed.Web(host.Issuer).NewRequest("openid", [("identity_provider", "corp")]);
        for (var i = 0; i < 2; i++) Assert.NotNull((await host.NewBrowser().OpenAsync(request.Address)).LeftTo);
        var states = await host.WithDatabaseAsync(db => db.Tokens.CountAsync());
        var browser = host.NewBrowser();
        var refused = await browser.OpenAsync(request.Address);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal(states, await host.WithDatabaseAsync(db => db.Tokens.CountAsync()));
        // Every other way is open.
        var other = await browser.OpenAsync(refused.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        Assert.True(other.HasForm("/signin"), other.ToString());
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull((await browser.OpenAsync(request.Address)).LeftTo);
    }

    [Fact]
    public async Task Who_says_no_at_the_provider_comes_back_to_every_way()
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(UpstreamServer.Refuse(
            await UpstreamFixture.GoAsync(browser, "corp"), "access_denied", fixture.Corp.Issuer));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("You have not signed in with Corp", page.Body, StringComparison.Ordinal);
        page = await browser.OpenAsync(UpstreamServer.Refuse(
            await UpstreamFixture.GoAsync(browser, "corp"), "server_error", fixture.Corp.Issuer));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
    }

    [Fact]
    public async Task An_answer_by_form_becomes_an_address()
    {
        var browser = fixture.Host.NewBrowser();
        var answer = fixture.Corp.Approve(await UpstreamFixture.GoAsync(browser, "corp"), fixture.NewPerson());
        var (path, query) = (answer.Split('?')[0], Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(answer.Split('?')[1]));
        using var form = new FormUrlEncodedContent(query.Select(p => KeyValuePair.Create(p.Key, p.Value.ToString())));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.Add("Origin", fixture.Corp.Issuer);
        Assert.Equal("/", (await browser.FollowAsync(await browser.Http.SendAsync(request))).Address.AbsolutePath);
    }

    [Fact]
    public async Task An_app_names_the_provider()
    {
        var person = fixture.NewPerson();
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Corp, "corp", person);
        var app = Seed.Web(fixture.Issuer);
        var request = app.NewRequest("openid", [("identity_provider", "corp")]);
        var browser = fixture.Host.NewBrowser();
        var left = await browser.OpenAsync(request.Address);
        var page = await browser.OpenAsync(fixture.Corp.Approve(left.LeftTo, person));
        Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
        // Who says no there sees all ways, and is not sent there again.
        browser = fixture.Host.NewBrowser();
        left = await browser.OpenAsync(request.Address);
        page = await browser.OpenAsync(UpstreamServer.Refuse(left.LeftTo, "access_denied", fixture.Corp.Issuer));
        page = await browser.OpenAsync(page.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        Assert.True(page.HasForm("/signin/with"), page.ToString());
    }

    [Fact]
    public async Task An_app_that_asks_for_a_new_sign_in_gets_one_from_the_provider()
    {
        var person = fixture.NewPerson();
        var browser = fixture.Host.NewBrowser();
        await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", person);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var app = Seed.Web(fixture.Issuer);
        foreach (var (name, value) in new[] { ("prompt", "login"), ("max_age", "30") })
        {
            var request = app.NewRequest("openid", [(name, value)]);
            var asked = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(request.Address));
            Assert.Contains("prompt=login", asked.Query, StringComparison.Ordinal);
            Assert.Contains("max_age=0", asked.Query, StringComparison.Ordinal);
            // The provider did not ask: the proof is as old as before.
            var refused = await browser.OpenAsync(fixture.Corp.Approve(asked, person));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);

            asked = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(request.Address));
            fixture.Time.Advance(TimeSpan.FromSeconds(20));
            var renewed = new Dictionary<string, object>(person) { ["auth_time"] = fixture.Time.GetUtcNow().ToUnixTimeSeconds() };
            var page = await browser.OpenAsync(fixture.Corp.Approve(asked, renewed));
            Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        // A provider that does not tell proves nothing.
        person.Remove("auth_time");
        var silent = await UpstreamFixture.GoAsync(
            browser, "corp", await browser.OpenAsync(app.NewRequest("openid", [("prompt", "login")]).Address));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.OpenAsync(fixture.Corp.Approve(silent, person))).Status);
    }

    [Fact]
    public async Task A_request_to_create_an_account_is_answered_by_a_sign_in_that_is_older_at_the_provider()
    {
        var person = fixture.NewPerson();
        person["auth_time"] = fixture.Time.GetUtcNow().AddHours(-3).ToUnixTimeSeconds();
        var browser = fixture.Host.NewBrowser();
        var request = Seed.Web(fixture.Issuer).NewRequest("openid", [("prompt", "create")]);
        var page = await browser.OpenAsync(request.Address);
        page = await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", person, page);
        Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
    }
}
