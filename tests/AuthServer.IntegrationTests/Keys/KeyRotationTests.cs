using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>The life of a key: announced, active, retired, deleted, while the server runs.</summary>
public abstract class KeyRotationTests(HostFixture fixture)
{
    [Fact]
    public async Task A_rotation_publishes_at_once_signs_after_the_announcement_and_ends_no_session()
    {
        var app = Seed.Spa(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var before = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var oldKid = new JsonWebToken(before.AccessToken).Kid;

        var made = await RotateAsync();
        await FollowAsync();
        var published = await PublishedKids();
        Assert.All(made, kid => Assert.Contains(kid, published));
        var during = await app.RefreshAsync(before.RefreshToken);
        Assert.Equal(oldKid, new JsonWebToken(during.AccessToken).Kid);

        fixture.Time.Advance(KeyRotation.Announcement + TimeSpan.FromSeconds(1));
        await FollowAsync();
        var after = await app.RefreshAsync(during.RefreshToken);
        Assert.True(after.IsOk, after.Body);
        Assert.Contains(new JsonWebToken(after.AccessToken).Kid, made);
        Assert.Contains(after.IdToken.Kid, made);
        Assert.Contains(oldKid, await PublishedKids());
        Assert.True((await app.UserInfoAsync(during.AccessToken)).IsOk);

        // A token of the former refresh key is still the valid one of its session.
        Assert.True((await app.RefreshAsync(after.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_retry_on_the_other_side_of_a_rotation_gets_the_same_successor()
    {
        var app = Seed.Spa(fixture.Host.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var start = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        await RotateAsync();
        fixture.Time.Advance(KeyRotation.Announcement - TimeSpan.FromSeconds(1));
        await FollowAsync();
        var first = await app.RefreshAsync(start.RefreshToken);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await FollowAsync();
        Assert.Equal(first.RefreshToken, (await app.RefreshAsync(start.RefreshToken)).RefreshToken);
    }

    [Fact]
    public async Task Private_keys_are_sealed_in_the_database_and_old_ones_are_deleted_when_nothing_can_need_them()
    {
        var rows = await fixture.Host.WithDatabaseAsync(db => db.Keys.AsNoTracking().ToListAsync());
        // A PKCS#8 private key begins with a SEQUENCE; a sealed one with our version.
        Assert.All(rows, row => Assert.Equal(1, row.SealedKey[0]));
        await RotateAsync();
        fixture.Time.Advance(KeyRotation.Retention + TimeSpan.FromMinutes(1));
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.True(await scope.ServiceProvider.GetRequiredService<KeyRotation>().DeleteOldAsync(default) >= RingKeys.Algorithms.Count);
        await FollowAsync();
        Assert.True((await Seed.Machine(fixture.Host.Issuer).ClientCredentialsAsync("notes:read")).IsOk);
    }

    private async Task<IReadOnlyList<string>> RotateAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateNowAsync(default);
    }

    // What the background service does every two seconds.
    private Task FollowAsync() => fixture.Host.Services.GetRequiredService<KeyRing>().RefreshAsync(default);

    private async Task<IReadOnlyList<string>> PublishedKids()
    {
        var keys = await fixture.Host.Issuer.GetJsonAsync("/.well-known/jwks");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }
}

public sealed class KeyRotationOnSqliteTests(SqliteHost fixture) : KeyRotationTests(fixture), IClassFixture<SqliteHost>;

public sealed class KeyRotationOnPostgresTests(PostgresHost fixture) : KeyRotationTests(fixture), IClassFixture<PostgresHost>;
