using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 6749 section 6 and RFC 9700 section 4.14: rotation, grace, reuse.</summary>
public abstract class RefreshTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task A_refresh_gives_a_new_refresh_token_and_the_same_session()
    {
        var (app, tokens) = await StartAsync();
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);
        Assert.NotEqual(tokens.RefreshToken, next.RefreshToken);
        Assert.Equal(Sid(tokens), Sid(next));
        Assert.Equal(tokens.IdToken.GetPayloadValue<long>("auth_time"), next.IdToken.GetPayloadValue<long>("auth_time"));
        Assert.True((await app.RefreshAsync(next.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_repeated_refresh_within_the_grace_gets_the_same_successor()
    {
        var (app, tokens) = await StartAsync();
        var first = await app.RefreshAsync(tokens.RefreshToken);
        fixture.Time.Advance(TimeSpan.FromSeconds(29));
        var again = await app.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(first.RefreshToken, again.RefreshToken);
        Assert.True((await app.RefreshAsync(first.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task Reusing_a_rotated_refresh_token_ends_the_session()
    {
        var (app, tokens) = await StartAsync();
        var next = await app.RefreshAsync(tokens.RefreshToken);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(next.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(next.AccessToken)).Status);
        var ended = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.SingleAsync(e => e.SessionId == Guid.Parse(Sid(tokens))
            && e.Kind == "session.ended"));
        Assert.Equal("refresh token used after rotation", ended.Detail);
    }

    [Fact]
    public async Task A_token_two_rotations_old_ends_the_session_even_within_the_grace()
    {
        var (app, tokens) = await StartAsync();
        var second = await app.RefreshAsync(tokens.RefreshToken);
        var third = await app.RefreshAsync(second.RefreshToken);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(third.RefreshToken)).Error);
    }

    [Fact]
    public async Task Another_client_cannot_use_the_token_and_ends_nothing()
    {
        var (app, tokens) = await StartAsync();
        Assert.Equal("invalid_grant", (await Seed.Web(Issuer).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_forged_token_is_refused_without_touching_the_database()
    {
        var (app, tokens) = await StartAsync();
        await app.RefreshAsync(tokens.RefreshToken);
        var forged = tokens.RefreshToken[..40] + (tokens.RefreshToken[40] == 'A' ? 'B' : 'A') + tokens.RefreshToken[41..];
        TokenAnswer? answer = null;
        var sql = await fixture.Host.Sql.MeasureAsync(async () => answer = await app.RefreshAsync(forged));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer!.Status, answer.Error));
        Assert.Empty(sql.Statements);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task What_is_no_refresh_token_is_refused(string text)
    {
        var answer = await Seed.Spa(Issuer).RefreshAsync(text);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(answer.Error, new[] { "invalid_grant", "invalid_request" });
    }

    [Fact]
    public async Task A_scope_narrows_the_access_token_and_not_the_session()
    {
        var (app, tokens) = await StartAsync("openid profile offline_access notes:read notes:write");
        var narrow = await app.RefreshAsync(tokens.RefreshToken, ("scope", "openid notes:read"));
        Assert.Equal("openid notes:read", new JsonWebToken(narrow.AccessToken).GetPayloadValue<string>("scope"));
        Assert.Equal("openid notes:read", narrow.Text("scope") ?? "openid notes:read");
        var wide = await app.RefreshAsync(narrow.RefreshToken);
        Assert.Contains("notes:write", new JsonWebToken(wide.AccessToken).GetPayloadValue<string>("scope"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_that_was_not_granted_is_refused_and_does_not_rotate()
    {
        var (app, tokens) = await StartAsync("openid offline_access");
        Assert.Equal("invalid_scope", (await app.RefreshAsync(tokens.RefreshToken, ("scope", "openid notes:write"))).Error);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_session_ends_thirty_days_after_it_was_opened_however_often_it_refreshed()
    {
        var (app, tokens) = await StartAsync();
        fixture.Time.Advance(TimeSpan.FromDays(29));
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);
        fixture.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(next.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_disabled_person_gets_no_more_tokens()
    {
        var (app, tokens) = await StartAsync(person: Seed.Bob);
        await ChangeBobAsync(user => user.DisabledAt = fixture.Time.GetUtcNow().UtcDateTime);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        await ChangeBobAsync(user => user.DisabledAt = null);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_changed_security_stamp_ends_the_right_to_refresh()
    {
        var (app, tokens) = await StartAsync(person: Seed.Bob);
        await ChangeBobAsync(user => user.SecurityStamp = Guid.CreateVersion7().ToString("N"));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task Neither_refresh_token_nor_code_is_stored()
    {
        var (_, tokens) = await StartAsync();
        var row = await fixture.Host.WithDatabaseAsync(db => db.Sessions.SingleAsync(s => s.Id == Guid.Parse(Sid(tokens))));
        Assert.Matches("^[0-9a-f]{64}$", row.TokenHash);
        Assert.DoesNotContain(tokens.RefreshToken, row.TokenHash, StringComparison.Ordinal);
    }

    private Task ChangeBobAsync(Action<User> change) => fixture.Host.WithDatabaseAsync(async db =>
    {
        change(await db.Users.SingleAsync(u => u.Email == Seed.Bob.Email));
        return await db.SaveChangesAsync();
    });

    private static string Sid(TokenAnswer tokens) => new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid");

    private async Task<(ClientApp App, TokenAnswer Tokens)> StartAsync(string scope = "openid offline_access", Person? person = null)
    {
        var app = Seed.Spa(Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person ?? Seed.Alice);
        return (app, await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope)));
    }
}

public sealed class RefreshOnSqliteTests(SqliteHost fixture) : RefreshTests(fixture), IClassFixture<SqliteHost>;

public sealed class RefreshOnPostgresTests(PostgresHost fixture) : RefreshTests(fixture), IClassFixture<PostgresHost>;
