using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Server processes on one database, behind a balancer, that a test starts, stops and kills.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<Replica> _all = [];
    private readonly Dictionary<string, string> _settings;

    /// <param name="further">Settings of all replicas.</param>
    public Replicas(TestDatabase database, params (string Name, string Value)[] further)
    {
        var issuer = ServerProcess.FreeAddress("localhost");
        _settings = new(database.Settings)
        {
            ["API_BASE_URL"] = issuer,
            ["SECRET_KEY"] = AuthServerHost.SecretKey,
            ["JWT_SECRET"] = "M4Cz2X5M0Gm1gd5Zw8pOKfyoHG1L2pnG9bgkDZqvS9Y=",
            ["DATABASE_POOL_SIZE"] = "8",
            ["SIGNINS_PER_ADDRESS_PER_MINUTE"] = "100000",
            // A busy machine is no fault of these tests.
            ["OVERLOAD_QUEUE_MILLISECONDS"] = "0",
        };
        foreach (var (name, value) in further) _settings[name] = value;
        Issuer = new Issuer(new Uri(issuer), Balancer.Connect);
    }

    public IReadOnlyList<Replica> All => _all;

    public Balancer Balancer { get; } = new();

    /// <summary>All replicas as their clients see them.</summary>
    public Issuer Issuer { get; }

    /// <summary>The environment of every replica and of commands.</summary>
    public IEnumerable<(string Name, string Value)> Settings => _settings.Select(s => (s.Key, s.Value));

    /// <summary>Starts one, and lets it have requests when it is ready.</summary>
    /// <param name="program">Null: the build of this source; otherwise the AuthServer.dll of another one.</param>
    public async Task<Replica> StartAsync(string? program = null, params (string Name, string Value)[] further)
    {
        var address = ServerProcess.FreeAddress();
        IEnumerable<(string, string)> settings = [.. Settings, .. further, ("ASPNETCORE_URLS", address)];
        var replica = new Replica(
            program is null ? ServerProcess.Start(settings) : ServerProcess.StartProgram(program, settings), new Uri(address));
        _all.Add(replica);
        await replica.Process.ReadyAsync(address);
        Balancer.Add(replica);
        return replica;
    }

    /// <summary>Asks it to stop, as an orchestrator does.</summary>
    /// <param name="isTakenOutBefore">It gets no more requests: version 0.2 does not say that it is about to stop.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(Replica replica, bool isTakenOutBefore = false)
    {
        if (isTakenOutBefore) Balancer.Remove(replica);
        var code = await replica.Process.StopAsync();
        Balancer.Remove(replica);
        return code;
    }

    /// <summary>SIGKILL: it gets no chance to finish anything.</summary>
    public async Task KillAsync(Replica replica)
    {
        _all.Remove(replica);
        await replica.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Balancer.DisposeAsync();
        foreach (var replica in _all) await replica.DisposeAsync();
    }
}
