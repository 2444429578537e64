using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Two server processes on one database, the second one with a clock that is a minute ahead.</summary>
public sealed class SkewedReplicas : IAsyncLifetime
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private Replicas _replicas = null!;
    private Replica _right = null!, _ahead = null!;

    internal TestDatabase Database { get; private set; } = null!;

    /// <summary>Both, behind a balancer.</summary>
    internal Issuer Issuer => _replicas.Issuer;

    /// <summary>What the second one has logged.</summary>
    internal string LogOfAhead => _ahead.Process.Output;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _replicas = new Replicas(Database);
        _right = await _replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File));
        // Its monotonic clock is a minute ahead too, which nothing can tell: with a right one, waits of .NET would end at once.
        _ahead = await _replicas.StartAsync(null, ("LD_PRELOAD", FindFakeTime()), ("FAKETIME", "+60s"), ("NO_FAKE_STAT", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_replicas is not null) await _replicas.DisposeAsync();
        Database?.Dispose();
        _http.Dispose();
    }

    /// <summary>Both as a client sees them whose requests go to one and to the other in turn.</summary>
    /// <param name="first">Which of them gets the first request of each connection: 0 or 1.</param>
    internal Issuer Alternating(int first) => new(Issuer.Address, () => new Turns(first, _http, [_right, _ahead]));

    // The build of it for programs with many threads, in the folder of the architecture.
    private static string FindFakeTime() => Directory.EnumerateDirectories("/usr/lib")
        .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("libfaketime is not installed; tests/run.sh installs it.");

    private sealed class Turns(int turn, HttpMessageInvoker http, Replica[] replicas) : HttpMessageHandler
    {
        private int _turn = turn;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            replicas[_turn++ % replicas.Length].SendAsync(http, request, cancellationToken);
    }
}
