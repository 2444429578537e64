using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>Several servers on one ring, and a ring with keys that were made with another JWT_SECRET.</summary>
public sealed class KeyRingReplicaTests
{
    private const string OtherSecret = "9zJ7mC1n0b2WfE3QxVtR8yKpLsA5uHgD4oIi6TqZrXk=";

    [Fact]
    public async Task A_key_revoked_on_one_server_is_refused_by_the_others_within_seconds()
    {
        await using var first = await AuthServerHost.StartAsync(new(DatabaseKind.Postgres));
        await using var second = await AuthServerHost.StartAsync(
            new(DatabaseKind.Postgres) { Settings = first.Database.Settings, SeedFile = null });
        var tokens = await Seed.Machine(first.Issuer).ClientCredentialsAsync("notes:read");
        var api = Seed.ResourceServer(second.Issuer);
        Assert.True((await api.IntrospectAsync(tokens.AccessToken)).IsActive);

        await RevokeAsync(first, first.Services.GetRequiredService<KeyRing>().Current.Signer(RingKeys.Es256).Kid);
        // Both read the ring every two seconds.
        await Eventually.UntilAsync(
            "the other server believes the key no more", async () => !(await api.IntrospectAsync(tokens.AccessToken)).IsActive);
        await Eventually.UntilAsync("the servers agree on the new key", async () => (await api.IntrospectAsync(
            (await Seed.Machine(first.Issuer).ClientCredentialsAsync("notes:read")).AccessToken)).IsActive);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_ring_with_keys_of_another_secret_goes_on_with_the_others_and_names_each_once(DatabaseKind kind)
    {
        var (log, time) = (new LogLines(LogLevel.Warning), new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await using var host = await AuthServerHost.StartAsync(
            new(kind) { Time = time, Services = s => s.AddSingleton<ILoggerFactory>(log) });
        var poison = await PoisonAsync(host, time.GetUtcNow().UtcDateTime);
        var ring = host.Services.GetRequiredService<KeyRing>();
        for (var i = 0; i < 3; i++) await ring.RefreshAsync(default);
        Assert.Single(log.All, line => line.Contains(poison.Kid, StringComparison.Ordinal));

        // Also long after the retirement of the key that goes on.
        time.Advance(TimeSpan.FromHours(1));
        await ring.RefreshAsync(default);
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<KeyRotation>().DeleteOldAsync(default);
        }

        var token = await Seed.Machine(host.Issuer).ClientCredentialsAsync("notes:read");
        Assert.True((await Seed.ResourceServer(host.Issuer).IntrospectAsync(token.AccessToken)).IsActive);

        // A server starts on it, too.
        await using (
            var second = await AuthServerHost.StartAsync(new(kind) { Settings = host.Database.Settings, SeedFile = null, Time = time }))
        {
            Assert.True((await Seed.ResourceServer(second.Issuer).IntrospectAsync(token.AccessToken)).IsActive);
        }

        // No rotation before it is removed; then the former key is the active one again.
        await Assert.ThrowsAsync<StartRefusedException>(() => RotateAsync(host));
        await RevokeAsync(host, poison.Kid);
        await ring.RefreshAsync(default);
        Assert.True((await Seed.ResourceServer(host.Issuer).IntrospectAsync(token.AccessToken)).IsActive);
        Assert.Null(
            await host.WithDatabaseAsync(db => db.Keys.Where(k => k.Algorithm == RingKeys.Es256).Select(k => k.RetiredAt).SingleAsync()));
        await RotateAsync(host);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Nothing_is_written_with_another_secret(DatabaseKind kind)
    {
        await using var host = await AuthServerHost.StartAsync(new(kind));
        await using var scope = host.Services.CreateAsyncScope();
        var secrets = new SecretOptions { JwtSecret = Convert.FromBase64String(OtherSecret), SecretKey = Convert.FromBase64String(
            OtherSecret) };
        var rows = await KidsAsync(host);
        using var ring = ActivatorUtilities.CreateInstance<KeyRing>(scope.ServiceProvider, new RingKeys(secrets));
        var rotation = ActivatorUtilities.CreateInstance<KeyRotation>(scope.ServiceProvider, new RingKeys(secrets), ring);
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => rotation.RotateAsync(KeyLife.Announcement, default));
        Assert.Contains("JWT_SECRET", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartRefusedException>(() => rotation.RevokeAsync(rows[0], default));
        Assert.Equal(rows, await KidsAsync(host));
    }

    private static Task<List<string>> KidsAsync(AuthServerHost host) =>
        host.WithDatabaseAsync(db => db.Keys.Where(k => k.RetiredAt == null).Select(k => k.Kid).Order().ToListAsync());

    // What an earlier version wrote when it rotated with another secret.
    private static async Task<RingKey> PoisonAsync(AuthServerHost host, DateTime now)
    {
        var key = new RingKeys(new SecretOptions { JwtSecret = Convert.FromBase64String(OtherSecret) }).Make(RingKeys.Es256, now, now);
        await host.WithDatabaseAsync(async db =>
        {
            foreach (var old in await db.Keys.Where(k => k.Algorithm == RingKeys.Es256).ToListAsync()) old.RetiredAt = now;
            db.Keys.Add(key);
            return await db.SaveChangesAsync();
        });
        return key;
    }

    private static async Task RotateAsync(AuthServerHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(KeyLife.Announcement, default);
    }

    private static async Task RevokeAsync(AuthServerHost host, string kid)
    {
        await using var scope = host.Services.CreateAsyncScope();
        Assert.NotNull(await scope.ServiceProvider.GetRequiredService<KeyRotation>().RevokeAsync(kid, default));
    }
}
