using AuthServer.Clients.Registration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>Two servers on one database, whose common clock moves only when a test moves it: what they keep does not expire.</summary>
public sealed class TwoReplicas : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TwoReplicas(AuthServerHost first, AuthServerHost second, FakeTimeProvider time) =>
        (First, Second, Time) = (first, second, time);

    public AuthServerHost First { get; }

    public AuthServerHost Second { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<TwoReplicas> StartAsync(DatabaseKind kind, params (string Name, string Value)[] settings)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var further = settings.ToDictionary(s => s.Name, s => s.Value);
        var first = await AuthServerHost.StartAsync(new(kind) { Time = time, Settings = further });
        var both = new Dictionary<string, string>(first.Database.Settings);
        foreach (var (name, value) in settings) both[name] = value;
        try
        {
            return new(first, await AuthServerHost.StartAsync(new(kind) { Time = time, Settings = both, SeedFile = null }), time);
        }
        catch
        {
            await first.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }

    /// <summary>Ends the secret of a client on the first server.</summary>
    /// <returns>The client as it is now.</returns>
    public async Task<ClientApp> RotateSecretAsync(ClientApp client)
    {
        await using var scope = First.Services.CreateAsyncScope();
        var rotation = scope.ServiceProvider.GetRequiredService<SecretRotation>();
        var result = await rotation.RotateAsync(client.ClientId, TimeSpan.Zero, default);
        return client with { Secret = Assert.IsType<RotationResult.Rotated>(result).Secret };
    }

    /// <summary>Revokes the key that signs access tokens on the first server.</summary>
    /// <returns>Its kid.</returns>
    public async Task<string> RevokeSignerAsync()
    {
        await using var scope = First.Services.CreateAsyncScope();
        var kid = First.Services.GetRequiredService<KeyRing>().Current.Signer(RingKeys.Es256).Kid;
        Assert.NotNull(await scope.ServiceProvider.GetRequiredService<KeyRotation>().RevokeAsync(kid, default));
        return kid;
    }

    /// <summary>Writes past both servers, as psql does.</summary>
    public Task ExecuteAsync(string sql) => First.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(sql));

    /// <summary>How many connections listen, of both servers.</summary>
    public Task<int> ListenersAsync() => First.WithDatabaseAsync(db => db.Database.SqlQueryRaw<int>(
        """
        SELECT count(*)::int AS "Value" FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE '% notices' AND query LIKE 'LISTEN%'
        """).SingleAsync());

    /// <summary>Waits for real, and lets the common clock pass in small steps when asked to.</summary>
    /// <param name="step">By how much the clock moves with each look.</param>
    public async Task UntilAsync(string what, Func<Task<bool>> isTrue, TimeSpan step = default)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"After {Patience} not yet: {what}.");
            Time.Advance(step);
            await Task.Delay(10);
        }
    }
}
