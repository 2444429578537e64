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
    private readonly HostSetup _setup;
    private AuthServerHost? _second;

    private TwoReplicas(AuthServerHost first, HostSetup setup, FakeTimeProvider time) => (First, _setup, Time) = (first, setup, time);

    public AuthServerHost First { get; }

    public AuthServerHost Second => _second ?? throw new InvalidOperationException("It has not been started.");

    public FakeTimeProvider Time { get; }

    public static async Task<TwoReplicas> StartAsync(DatabaseKind kind, params (string Name, string Value)[] settings)
    {
        var replicas = await StartAsync(kind, _ => { }, settings);
        await replicas.StartSecondAsync();
        return replicas;
    }

    /// <param name="kind">Their database.</param>
    /// <param name="seedFile">Of clients and people.</param>
    /// <param name="settings">Of both, beside the usual ones.</param>
    public static async Task<TwoReplicas> StartAsync(DatabaseKind kind, string seedFile, params (string Name, string Value)[] settings)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var setup = new HostSetup(kind) { Time = time, Settings = settings.ToDictionary(s => s.Name, s => s.Value), SeedFile = seedFile };
        var replicas = new TwoReplicas(await AuthServerHost.StartAsync(setup), setup, time);
        await replicas.StartSecondAsync();
        return replicas;
    }

    /// <summary>Starts the first one alone.</summary>
    /// <param name="kind">Their database.</param>
    /// <param name="services">Of both.</param>
    /// <param name="settings">Of both, beside the usual ones.</param>
    public static async Task<TwoReplicas> StartAsync(
        DatabaseKind kind, Action<IServiceCollection> services, params (string Name, string Value)[] settings)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var setup = new HostSetup(kind) { Time = time, Settings = settings.ToDictionary(s => s.Name, s => s.Value), Services = services };
        return new(await AuthServerHost.StartAsync(setup), setup, time);
    }

    public async Task StartSecondAsync()
    {
        var both = new Dictionary<string, string>(First.Database.Settings);
        foreach (var (name, value) in _setup.Settings) both[name] = value;
        _second = await AuthServerHost.StartAsync(_setup with { Settings = both, SeedFile = null });
    }

    public async ValueTask DisposeAsync()
    {
        if (_second is not null) await _second.DisposeAsync();
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
    public Task UntilAsync(string what, Func<Task<bool>> isTrue, TimeSpan step = default) => Eventually.UntilAsync(what, async () =>
    {
        if (await isTrue()) return true;
        Time.Advance(step);
        return false;
    });
}
