using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Concurrency;

/// <summary>What several requests do that arrive at once: 8 of them, 50 rounds.</summary>
public abstract class AtOnceTests(HostFixture fixture)
{
    private const int Rounds = 50, Width = 8;

    /// <summary>RFC 6749 sections 4.1.2 and 10.5: a code is redeemed once; used twice, what came of it is revoked.</summary>
    [Fact]
    public async Task Of_parallel_redemptions_of_one_code_one_succeeds_and_its_session_ends()
    {
        var app = Seed.Spa(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        for (var round = 0; round < Rounds; round++)
        {
            var code = await browser.AuthorizeAsync(app, "openid offline_access");
            var answers = await AtOnceAsync(() => app.RedeemCodeAsync(code));
            var won = Assert.Single(answers, a => a.IsOk);
            Assert.All(answers.Where(a => a != won), a => Assert.Equal("invalid_grant", a.Error));
            Assert.Equal("invalid_grant", (await app.RefreshAsync(won.RefreshToken)).Error);
            Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(won.AccessToken)).Status);
        }
    }

    /// <summary>RFC 9700 section 4.14.2: one successor; those who lost the race get the same one within the grace.</summary>
    [Fact]
    public async Task Parallel_refreshes_of_one_token_have_one_successor()
    {
        var app = Seed.Spa(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var token = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"))).RefreshToken;
        for (var round = 0; round < Rounds; round++)
        {
            var answers = await AtOnceAsync(() => app.RefreshAsync(token));
            Assert.All(answers, a => Assert.True(a.IsOk, a.Body));
            var successor = Assert.Single(answers.Select(a => a.RefreshToken).Distinct());
            Assert.NotEqual(token, successor);
            token = successor;
        }
    }

    [Fact]
    public async Task Parallel_sign_ups_with_one_email_make_one_account()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var email = $"person{round}@example.test";
            var open = await Task.WhenAll(Enumerable.Range(0, Width).Select(async _ =>
            {
                var browser = fixture.Host.NewBrowser();
                return (Browser: browser, Page: await browser.OpenAsync("/signup"));
            }));
            var pages = await Task.WhenAll(open.Select((person, i) => Task.Run(() => person.Browser.SubmitAsync(
                person.Page, "/signup", ("email", i % 2 == 0 ? email : email.ToUpperInvariant()),
                    ("password", "Correct-Horse-7-Battery")))));
            Assert.Single(pages, page => page.Status == HttpStatusCode.OK);
            Assert.Equal(Width - 1, pages.Count(page => page.Status == HttpStatusCode.Conflict));
            Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Users.CountAsync(u => u.NormalizedEmail == email)));
        }
    }

    private static async Task<TokenAnswer[]> AtOnceAsync(Func<Task<TokenAnswer>> send) =>
        await Task.WhenAll(Enumerable.Range(0, Width).Select(_ => Task.Run(send)));
}

public sealed class AtOnceOnSqlite(RealTimeSqliteHost fixture) : AtOnceTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class AtOnceOnPostgres(RealTimePostgresHost fixture) : AtOnceTests(fixture), IClassFixture<RealTimePostgresHost>;
