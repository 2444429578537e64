using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>
/// The server announces new keys a day before the old ones have been in use for the interval, and changes over by itself.
/// </summary>
public abstract class AutomaticRotationTests(HostFixture fixture)
{
    [Fact]
    public async Task Keys_are_announced_a_day_ahead_once_and_used_in_time_without_a_failed_validation()
    {
        await Ring.RefreshAsync(default);
        var signer = Ring.Current.Signer(RingKeys.Es256).Kid;
        Assert.Empty(await RotateDueAsync());
        fixture.Time.Advance(TimeSpan.FromDays(89) + TimeSpan.FromMinutes(1));
        var before = await fixture.Host.WithDatabaseAsync(db => db.Keys.CountAsync());
        // Every replica runs the job, maybe at once.
        var announced = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(RotateDueAsync))))
            .SelectMany(kids => kids).ToList();
        Assert.Equal(2, announced.Count);
        Assert.Equal(before + RingKeys.Algorithms.Count, await fixture.Host.WithDatabaseAsync(db => db.Keys.CountAsync()));

        await Ring.RefreshAsync(default);
        var published = await PublishedKids();
        Assert.All(announced, kid => Assert.Contains(kid, published));
        Assert.Equal(signer, await SignerAsync());
        fixture.Time.Advance(KeyLife.Notice - TimeSpan.FromSeconds(1));
        await Ring.RefreshAsync(default);
        var last = await Seed.Machine(fixture.Host.Issuer).ClientCredentialsAsync("notes:read");
        Assert.Equal(signer, new JsonWebToken(last.AccessToken).Kid);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await Ring.RefreshAsync(default);
        Assert.Contains(await SignerAsync(), announced);
        Assert.True((await Seed.ResourceServer(fixture.Host.Issuer).IntrospectAsync(last.AccessToken)).IsActive);
        Assert.Empty(await RotateDueAsync());
        Assert.Contains(signer, await PublishedKids());
    }

    [Fact]
    public async Task A_rotation_now_uses_the_announced_keys_and_retires_the_former_ones_then()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var rotation = scope.ServiceProvider.GetRequiredService<KeyRotation>();
        var announced = (await rotation.RotateAsync(KeyLife.Notice, default)).Select(k => k.Kid).ToList();
        Assert.Equal(announced, (await rotation.RotateAsync(KeyLife.Notice, default)).Select(k => k.Kid));
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(announced, (await rotation.RotateAsync(KeyLife.Announcement, default)).Select(k => k.Kid));
        await Ring.RefreshAsync(default);
        Assert.Contains(await SignerAsync(), announced);
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        var rows = await fixture.Host.WithDatabaseAsync(db => db.Keys.AsNoTracking().ToListAsync());
        Assert.Equal(RingKeys.Algorithms.Count, rows.Count(
            k => k.Algorithm != RingKeys.Subjects && KeyLife.StateOf(k, now) == KeyState.Active));
    }

    private KeyRing Ring => fixture.Host.Services.GetRequiredService<KeyRing>();

    private async Task<IReadOnlyList<string>> RotateDueAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        IReadOnlyList<RingKey> next = await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateDueAsync(default);
        return [.. next.Select(k => k.Kid)];
    }

    private async Task<string> SignerAsync() =>
        new JsonWebToken((await Seed.Machine(fixture.Host.Issuer).ClientCredentialsAsync("notes:read")).AccessToken).Kid;

    private async Task<IReadOnlyList<string>> PublishedKids()
    {
        var keys = await fixture.Host.Issuer.GetJsonAsync("/.well-known/jwks");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }
}

public sealed class AutomaticRotationOnSqliteTests(SqliteHost fixture) : AutomaticRotationTests(fixture), IClassFixture<SqliteHost>;

public sealed class AutomaticRotationOnPostgresTests(PostgresHost fixture) : AutomaticRotationTests(fixture), IClassFixture<PostgresHost>;
