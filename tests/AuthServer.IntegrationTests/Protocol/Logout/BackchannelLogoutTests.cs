using System.Text.Json;
using AuthServer.Data.Checks;
using AuthServer.Data.Connection;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Doctor;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Protocol.BackchannelLogout;
using AuthServer.Protocol.ClientNotices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>OpenID Connect Back-Channel Logout 1.0.</summary>
public abstract class BackchannelLogoutTests(LogoutHost fixture)
{
    private Issuer Issuer => fixture.Issuer;

    [Fact]
    public async Task A_sign_out_tells_every_app_of_the_browser_and_an_offline_session_goes_on()
    {
        var (web, spa) = (Seed.Web(Issuer), Seed.Spa(Issuer));
        var (browser, first) = await fixture.SignInAsync(web, Seed.Alice);
        var offline = await spa.RedeemCodeAsync(await browser.AuthorizeAsync(spa, "openid offline_access"));
        await SignOutAsync(browser, first);

        var told = Assert.Single(await fixture.ToldAsync(Sid(first)));
        Assert.Equal(("web", "POST", "application/x-www-form-urlencoded"), (told.ClientId, told.Method, told.ContentType));
        Assert.Equal("logout_token", Assert.Single(told.Form).Key);
        await AssertTokenAsync(told.Token, "web", first.IdToken);
        // Section 2.7: it is told, and its refresh token is kept.
        Assert.Equal("spa", Assert.Single(await fixture.ToldAsync(Sid(offline))).ClientId);
        Assert.True((await spa.RefreshAsync(offline.RefreshToken)).IsOk);
        await fixture.UntilAsync("nothing is left", async () => await WaitingAsync(Sid(first), Sid(offline)) == 0);
    }

    [Fact]
    public async Task A_logout_token_is_signed_as_the_id_tokens_of_the_client()
    {
        var native = Seed.Native(Issuer, "http://127.0.0.1:7777/cb");
        var (browser, tokens) = await fixture.SignInAsync(native, Seed.Bob);
        await SignOutAsync(browser, tokens);
        var told = Assert.Single(await fixture.ToldAsync(Sid(tokens)));
        Assert.Equal("ES256", told.Token.Alg);
        await AssertTokenAsync(told.Token, "native", tokens.IdToken);
    }

    /// <summary>FAPI 2.0 Security Profile 5.4.1 has no RS256, which stands in the notice of a registration that says nothing.</summary>
    [Theory]
    [InlineData(LogoutHost.Fapi, "ES256")]
    [InlineData("web", "RS256")]
    public async Task A_logout_token_is_signed_as_the_profile_of_the_client_demands(string client, string algorithm)
    {
        var session = Guid.CreateVersion7();
        await AddAsync(Notice(session, client, fixture.Time.GetUtcNow().UtcDateTime));
        var told = Assert.Single(await fixture.ToldAsync(session.ToString()));
        Assert.Equal((client, algorithm), (told.ClientId, told.Token.Alg));
    }

    [Fact]
    public async Task Doctor_tells_what_waits_for_long_and_what_was_given_up()
    {
        var services = fixture.Host.Services;
        var check = new LogoutNoticeCheck(
            fixture.Time, new DatabaseReach(services.GetRequiredService<SqlRunner>(), services.GetRequiredService<DatabaseOptions>()));
        // What other tests have left.
        await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.ExecuteDeleteAsync());
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        LogoutNotice New(double minutes, Action<LogoutNotice> change)
        {
            // Not due yet.
            var notice = Notice(Guid.CreateVersion7(), "nobody", now.AddHours(6));
            notice.CreatedAt = now.AddMinutes(-minutes);
            change(notice);
            return notice;
        }

        Assert.Equal([(Verdict.Ok, "apps take them")], await FindAsync());
        await AddAsync(New(14, _ => { }), New(60, notice => notice.SigningAlg = LogoutNotice.OfRequest));
        Assert.Equal([(Verdict.Ok, "apps take them")], await FindAsync());
        await AddAsync(New(16, _ => { }));
        var (verdict, what) = Assert.Single(await FindAsync());
        Assert.Equal(Verdict.Warning, verdict);
        Assert.StartsWith("2 wait(s), the oldest since", what, StringComparison.Ordinal);
        await AddAsync(New(60, notice => (notice.State, notice.EndedAt) = (LogoutNoticeState.Failed, now)));
        var found = await FindAsync();
        Assert.All(found, finding => Assert.Equal(Verdict.Warning, finding.Verdict));
        Assert.Equal(2, found.Count);
        Assert.StartsWith("1 of the last 7 days were given up", found[0].What, StringComparison.Ordinal);
        await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.ExecuteDeleteAsync());

        async Task<List<(Verdict Verdict, string What)>> FindAsync()
        {
            var findings = new List<(Verdict, string)>();
            await foreach (var finding in check.RunAsync(TestContext.Current.CancellationToken))
            {
                var hasCure = finding.Cure?.StartsWith("AuthServer logouts", StringComparison.Ordinal) ?? false;
                Assert.Equal(finding.Verdict == Verdict.Warning, hasCure);
                findings.Add((finding.Verdict, finding.What));
            }

            return findings;
        }
    }

    [Fact]
    public async Task A_client_without_an_address_is_not_told()
    {
        var app = Seed.Patient(Issuer);
        var (browser, tokens) = await fixture.SignInAsync(app, Seed.Bob);
        await SignOutAsync(browser, tokens);
        Assert.Equal(0, await WaitingAsync(Sid(tokens)));
    }

    [Fact]
    public async Task A_client_that_fails_is_tried_again_with_a_fresh_token_and_given_up_after_a_last_try()
    {
        var app = Seed.Modest(Issuer);
        fixture.Receiver.Answers["modest"] = () => Task.FromResult(StatusCodes.Status503ServiceUnavailable);
        var (browser, tokens) = await fixture.SignInAsync(app, Seed.Bob);
        await SignOutAsync(browser, tokens);
        var tries = await ToldSlowlyAsync(Sid(tokens), 3);
        Assert.Equal(tries.Count, tries.Select(t => t.Token.Id).Distinct().Count());
        Assert.All(tries, t => Assert.Equal(TimeSpan.FromMinutes(2), t.Token.ValidTo - t.Token.IssuedAt));
        // A day later: what is due at the very end is tried once more.
        var before = fixture.Receiver.Of(Sid(tokens)).Count;
        await EndSoonAsync(Sid(tokens));
        var failed = await UntilStateAsync(Sid(tokens), LogoutNoticeState.Failed);
        Assert.Equal(("it answered with 503", true), (failed.LastError, failed.EndedAt is not null));
        Assert.True(fixture.Receiver.Of(Sid(tokens)).Count > before);

        fixture.Receiver.Answers.Clear();
        before = fixture.Receiver.Of(Sid(tokens)).Count;
        await using (var scope = fixture.Host.Services.CreateAsyncScope())
        {
            var view = scope.ServiceProvider.GetRequiredService<LogoutNoticeView>();
            Assert.Equal(failed.Id, Assert.Single(await view.ListAsync(9, default), n => n.ClientId == "modest").Id);
            Assert.Equal(1, await view.RetryAsync(failed.Id, default));
            Assert.Equal(0, await view.RetryAsync(failed.Id, default));
        }

        await ToldSlowlyAsync(Sid(tokens), before + 1);
        await fixture.UntilAsync("it is gone", async () => await WaitingAsync(Sid(tokens)) == 0);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var app = Seed.Shrinking(Issuer);
        fixture.Receiver.Answers["shrinking"] = () => Task.FromResult(StatusCodes.Status302Found);
        var (browser, tokens) = await fixture.SignInAsync(app, Seed.Bob);
        await SignOutAsync(browser, tokens);
        var notice = await UntilNotedAsync(Sid(tokens));
        Assert.Contains("redirect", notice.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Receiver.All, r => r.ClientId == "elsewhere");
        fixture.Receiver.Answers.Clear();
    }

    [Fact]
    public async Task An_address_inside_is_not_asked()
    {
        var app = Seed.Minimal(Issuer);
        var (browser, tokens) = await fixture.SignInAsync(app, Seed.Bob);
        await SignOutAsync(browser, tokens);
        Assert.Contains("not public", (await UntilNotedAsync(Sid(tokens))).LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_answer_holds_up_no_other()
    {
        var release = new TaskCompletionSource<int>();
        fixture.Receiver.Answers["console"] = () => release.Task;
        var (console, third) = (Seed.Console(Issuer), Seed.ThirdParty(Issuer));
        var slow = new List<(Browser Browser, TokenAnswer Tokens)>();
        for (var i = 0; i < NoticeRows.MostOfClient + 2; i++) slow.Add(await fixture.SignInAsync(console, Seed.Carol));
        foreach (var (browser, tokens) in slow) await SignOutAsync(browser, tokens);
        await fixture.UntilAsync("it is asked", () => Task.FromResult(fixture.Receiver.All.Any(r => r.ClientId == "console")));

        var (other, last) = await fixture.SignInAsync(third, Seed.Alice);
        await SignOutAsync(other, last);
        await fixture.ToldAsync(Sid(last));
        Assert.InRange(fixture.Receiver.All.Count(r => r.ClientId == "console"), 1, NoticeRows.MostOfClient);
        release.SetResult(StatusCodes.Status204NoContent);
        foreach (var (_, tokens) in slow) await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task What_another_process_has_left_is_told_once()
    {
        var session = Guid.CreateVersion7();
        await AddAsync(Notice(session, "web", fixture.Time.GetUtcNow().UtcDateTime));
        Assert.Single(await fixture.ToldAsync(session.ToString()));
        await fixture.UntilAsync("it is gone", async () => await WaitingAsync(session.ToString()) == 0);
        Assert.Single(fixture.Receiver.Of(session.ToString()));
    }

    [Fact]
    public async Task Of_eight_that_claim_at_once_one_gets_each_notice()
    {
        var rows = fixture.Host.Services.GetRequiredService<NoticeRows>();
        // Not of this server's delivery: it looks for what is due at its time.
        var client = $"claimed-{Guid.CreateVersion7():N}";
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        await fixture.Host.WithDatabaseAsync(db =>
        {
            for (var i = 0; i < 10; i++) db.LogoutNotices.Add(Notice(Guid.CreateVersion7(), client, now));
            return db.SaveChangesAsync();
        });
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => rows.ClaimAsync("", 64, TimeSpan.FromHours(1), default)));
        var ours = claims.SelectMany(c => c).Where(n => n.ClientId == client).ToList();
        Assert.Equal(ours.Count, ours.Select(n => n.Id).Distinct().Count());
        Assert.All(claims, claim => Assert.True(claim.Count(n => n.ClientId == client) <= NoticeRows.MostOfClient));
        Assert.Empty(await rows.ClaimAsync($" {client} web ", 64, TimeSpan.FromHours(1), default));
        await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.Where(n => n.ClientId == client).ExecuteDeleteAsync());
    }

    private static LogoutNotice Notice(Guid session, string client, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(), ClientId = client, SessionId = session, LogoutUri = "https://10.20.30.40/logout", SigningAlg = "RS256",
        NextAttemptAt = now, CreatedAt = now, ExpiresAt = now + TimeSpan.FromDays(1),
    };

    private Task AddAsync(params LogoutNotice[] notices) => fixture.Host.WithDatabaseAsync(db =>
    {
        db.LogoutNotices.AddRange(notices);
        return db.SaveChangesAsync();
    });

    private static string Sid(TokenAnswer tokens) => tokens.IdToken.GetPayloadValue<string>("sid");

    private async Task SignOutAsync(Browser browser, TokenAnswer tokens) => await browser.OpenAsync(
        QueryHelpers.AddQueryString(Issuer.PathOf("/connect/endsession"), "id_token_hint", tokens.Text("id_token")!));

    private async Task AssertTokenAsync(JsonWebToken token, string client, JsonWebToken idToken)
    {
        var keys = new JsonWebKeySet((await Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        var valid = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = ["logout+jwt"], ValidIssuer = Issuer.Text, ValidAudience = client, IssuerSigningKeys = keys.GetSigningKeys(),
            ValidateLifetime = false,
        });
        Assert.True(valid.IsValid, valid.Exception?.Message);
        Assert.Equal((idToken.Subject, idToken.GetPayloadValue<string>("sid")), (token.Subject, token.GetPayloadValue<string>("sid")));
        Assert.Equal(TimeSpan.FromMinutes(2), token.ValidTo - token.IssuedAt);
        Assert.NotEmpty(token.Id);
        var events = token.GetPayloadValue<JsonElement>("events");
        Assert.Equal("""{"http://schemas.openid.net/event/backchannel-logout":{}}""", events.GetRawText());
        Assert.Equal(["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], token.Claims.Select(c => c.Type).Distinct().Order());
    }

    private Task<int> WaitingAsync(params string[] sids)
    {
        var ids = sids.Select(Guid.Parse).ToList();
        return fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.CountAsync(n => ids.Contains(n.SessionId)));
    }

    private async Task<IReadOnlyList<ReceivedLogout>> ToldSlowlyAsync(string sid, int count)
    {
        await fixture.UntilAsync(
            $"{count} attempts", () => Task.FromResult(fixture.Receiver.Of(sid).Count >= count), TimeSpan.FromSeconds(2));
        return fixture.Receiver.Of(sid);
    }

    private async Task<LogoutNotice> UntilNotedAsync(string sid)
    {
        await fixture.UntilAsync("it is noted", async () => (await FindAsync(sid))?.LastError is not null);
        return (await FindAsync(sid))!;
    }

    private Task<int> EndSoonAsync(string sid)
    {
        var (id, end) = (Guid.Parse(sid), fixture.Time.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(1));
        return fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.Where(n => n.SessionId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.ExpiresAt, end)));
    }

    private async Task<LogoutNotice> UntilStateAsync(string sid, LogoutNoticeState state)
    {
        await fixture.UntilAsync($"it is {state}", async () => (await FindAsync(sid))?.State == state, TimeSpan.FromSeconds(2));
        return (await FindAsync(sid))!;
    }

    private Task<LogoutNotice?> FindAsync(string sid)
    {
        var id = Guid.Parse(sid);
        return fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.AsNoTracking().FirstOrDefaultAsync(n => n.SessionId == id));
    }
}

public sealed class BackchannelLogoutOnSqlite(LogoutOnSqlite fixture) : BackchannelLogoutTests(fixture), IClassFixture<LogoutOnSqlite>;

public sealed class BackchannelLogoutOnPostgres(LogoutOnPostgres fixture)
    : BackchannelLogoutTests(fixture), IClassFixture<LogoutOnPostgres>;
