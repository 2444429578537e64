using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Protocol.Devices;

/// <summary>Device authorization (RFC 8628): the way of an honest device and an honest person.</summary>
public abstract class DeviceAuthorizationTests(HostFixture fixture)
{
    [Fact]
    public async Task A_device_gets_its_tokens_after_a_person_has_typed_its_code_and_allowed_it()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid email offline_access notes:read");
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Equal(fixture.Issuer.Text + "/device", asked.Text("verification_uri"));
        Assert.Equal($"{fixture.Issuer.Text}/device?user_code={asked.UserCode()}", asked.Text("verification_uri_complete"));
        Assert.Equal((600, 5), (asked.Json.GetProperty("expires_in").GetInt32(), asked.Json.GetProperty("interval").GetInt32()));
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", asked.UserCode());
        Assert.Equal("authorization_pending", (await device.PollDeviceAsync(asked.DeviceCode())).Error);

        var browser = await fixture.SignedInAsync(Seed.Alice);
        var page = await browser.TypeCodeAsync(asked.UserCode());
        var text = page.Document.Body!.TextContent;
        // RFC 8628 section 5.4: which app, from where, since when, the code to compare, and a warning.
        Assert.All(
            ["Living-room television", asked.UserCode(), Seed.Alice.Email, "127.0.0.1", "somebody sent you"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.NotNull(page.Document.QuerySelector("time[datetime]"));
        var done = await browser.SubmitAsync(page, "/device/decision", ("decision", "allow"));
        Assert.Contains("Your device is connected", done.Document.Body!.TextContent, StringComparison.Ordinal);

        var tokens = await device.PollDeviceAsync(asked.DeviceCode());
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal(Seed.Alice.Email, tokens.IdToken.GetClaim("email").Value);
        Assert.True((await device.RefreshAsync(tokens.RefreshToken)).IsOk);
        Assert.True((await device.UserInfoAsync(tokens.AccessToken)).IsOk);

        Assert.Contains("Living-room television", (await browser.OpenAsync("/account/apps")).Body, StringComparison.Ordinal);
        var sid = Guid.Parse(tokens.IdToken.GetClaim("sid").Value);
        var kinds = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents
            .Where(e => e.ClientId == "tv" && (e.SessionId == sid || e.Kind == "device.approved")).Select(e => e.Kind).ToListAsync());
        Assert.Contains("session.opened", kinds);
        Assert.Contains("device.approved", kinds);
        Assert.Contains("device", (await browser.OpenAsync("/account/activity")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_counts_in_any_case_and_with_any_separators()
    {
        var device = Seed.Tool(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        var browser = await fixture.SignedInAsync(Seed.Bob);
        var letters = asked.UserCode().Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        foreach (var typed in new[] { letters, string.Join(' ', letters.ToCharArray()), $" {letters[..2]}.{letters[2..]}\u2013" })
        {
            Assert.True((await browser.TypeCodeAsync(typed)).HasForm("/device/decision"), typed);
        }
    }

    [Fact]
    public async Task What_was_withdrawn_before_the_device_asked_again_gives_it_nothing()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid offline_access");
        var browser = await fixture.SignedInAsync(Seed.Bob);
        await browser.DecideAsync(asked);
        await browser.SubmitAsync(await browser.OpenAsync("/account/apps"), "/account/apps/withdraw", ("client", device.ClientId));
        Assert.Equal("invalid_grant", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
    }

    [Fact]
    public async Task Of_a_client_that_the_operator_vouches_for_the_person_is_asked_too()
    {
        var device = Seed.Tool(fixture.Issuer);
        var browser = await fixture.SignedInAsync(Seed.Bob);
        for (var i = 0; i < 2; i++)
        {
            var asked = await device.AskForDeviceAsync("openid notes:read", ("resource", Seed.Api));
            Assert.Equal("authorization_pending", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
            await browser.DecideAsync(asked);
            var tokens = await device.PollDeviceAsync(asked.DeviceCode());
            Assert.True(tokens.IsOk, tokens.Body);
            Assert.Null(tokens.Text("refresh_token"));
            Assert.Equal([Seed.Api], new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(tokens.AccessToken).Audiences);
        }
    }

    /// <summary>Section 3.5: each poll that comes too early adds five seconds, for this device code alone.</summary>
    [Fact]
    public async Task A_device_that_polls_too_fast_is_told_to_slow_down()
    {
        var device = Seed.Television(fixture.Issuer);
        var (asked, other) = (await device.AskForDeviceAsync(), await device.AskForDeviceAsync());
        await ExpectAsync("authorization_pending", asked);
        await ExpectAsync("slow_down", asked);
        await ExpectAsync("authorization_pending", other);
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await ExpectAsync("slow_down", asked);
        await ExpectAsync("authorization_pending", other);
        fixture.Time.Advance(TimeSpan.FromSeconds(15));
        await ExpectAsync("authorization_pending", asked);

        async Task ExpectAsync(string error, TokenAnswer of)
        {
            TokenAnswer? answer = null;
            var sql = await fixture.Host.Sql.MeasureAsync(async () => answer = await device.PollDeviceAsync(of.DeviceCode()));
            Assert.Equal((HttpStatusCode.BadRequest, error), (answer!.Status, answer.Error));
            // The client may have to be read again: the test moves the clock.
            Assert.Single(sql.Statements, statement => !statement.Contains("FROM clients", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_person_who_does_not_allow_it_ends_the_request()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        var browser = await fixture.SignedInAsync(Seed.Bob);
        Assert.Contains("Nothing was shared", (await browser.DecideAsync(asked, allow: false)).Body, StringComparison.Ordinal);
        Assert.Equal("access_denied", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TypeCodeAsync(asked.UserCode())).Status);
    }

    [Fact]
    public async Task A_code_that_is_too_old_is_worth_nothing_to_anybody()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("expired_token", (await device.PollDeviceAsync(asked.DeviceCode())).Error);
        var browser = await fixture.SignedInAsync(Seed.Bob);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TypeCodeAsync(asked.UserCode())).Status);
    }

    [Fact]
    public async Task The_sign_in_leads_back_to_the_question()
    {
        var asked = await Seed.Television(fixture.Issuer).AskForDeviceAsync();
        var browser = fixture.Host.NewBrowser();
        var signIn = await browser.OpenAsync(new Uri(asked.Text("verification_uri_complete")!).PathAndQuery);
        Assert.Equal("/signin", signIn.Address.AbsolutePath);
        var page = await browser.SignInAsync(Seed.Bob.Email, Seed.Bob.Password, page: signIn);
        Assert.True(page.HasForm("/device/decision"), page.ToString());
    }

    [Fact]
    public async Task A_request_that_wants_a_second_factor_leads_to_it_first()
    {
        var asked = await Seed.Tool(fixture.Issuer).AskForDeviceAsync("openid", ("acr_values", "urn:authplatform:acr:2fa"));
        var browser = await fixture.SignedInAsync(Seed.Bob);
        var page = await browser.TypeCodeAsync(asked.UserCode());
        Assert.StartsWith("/signin/second-factor", page.Address.AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_offline_access_the_session_ends_with_the_browser_in_which_it_was_allowed()
    {
        var device = Seed.Television(fixture.Issuer);
        var asked = await device.AskForDeviceAsync("openid");
        var browser = await fixture.SignedInAsync(Seed.Bob);
        await browser.DecideAsync(asked);
        var tokens = await device.PollDeviceAsync(asked.DeviceCode());
        Assert.True((await device.UserInfoAsync(tokens.AccessToken)).IsOk);
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.Equal(HttpStatusCode.Unauthorized, (await device.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task Rows_keep_neither_the_device_code_nor_the_user_code_and_are_purged()
    {
        var asked = await Seed.Television(fixture.Issuer).AskForDeviceAsync();
        var row = await fixture.Host.WithDatabaseAsync(
            db => db.PendingAuthorizations.OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id).FirstAsync());
        Assert.Equal(PendingKind.Device, row.Kind);
        var all = row.SecretHash + row.UserCodeHash + row.Request;
        Assert.DoesNotContain(asked.DeviceCode(), all, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.UserCode().Replace("-", "", StringComparison.Ordinal), all, StringComparison.OrdinalIgnoreCase);
    }
}

public sealed class DeviceAuthorizationOnSqliteTests(SqliteHost fixture) : DeviceAuthorizationTests(fixture), IClassFixture<SqliteHost>;

public sealed class DeviceAuthorizationOnPostgresTests(PostgresHost fixture)
    : DeviceAuthorizationTests(fixture), IClassFixture<PostgresHost>;
