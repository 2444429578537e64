using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>
/// Two server processes behind a balancer, and what they stand on: PostgreSQL with a synchronous standby, and Redis. Each fault leaves
/// them whole for the next one.
/// </summary>
public sealed class Surroundings : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private Replicas _replicas = null!;

    internal RedisServer Redis { get; private set; } = null!;

    /// <summary>The way of the servers to Redis.</summary>
    internal SlowLink ToRedis { get; private set; } = null!;

    internal PostgresCluster Primary { get; private set; } = null!;

    internal PostgresCluster Standby { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var redis = RedisServer.StartAsync();
        Primary = await PostgresCluster.StartAsync(durable: true);
        _database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, migrated: false, Primary);
        Standby = await Primary.StartStandbyAsync();
        Redis = await redis;
        ToRedis = new SlowLink(Redis.Port);
        var hosts = $"127.0.0.1:{Primary.Port},127.0.0.1:{Standby.Port}";
        var url = _database.Settings["DATABASE_URL"].Replace($"127.0.0.1:{Primary.Port}", hosts, StringComparison.Ordinal);
        _replicas = new Replicas(_database, ("DATABASE_URL", url + "&target_session_attrs=read-write"),
            // A busy machine makes Redis late too, and each time the servers wait longer until they use it again.
            ("REDIS_URL", $"redis://127.0.0.1:{ToRedis.Port}/0"), ("REDIS_TIMEOUT_MILLISECONDS", "150"),
            ("SIGNIN_FAILURES_PER_ADDRESS", "100000"),
            ("AUTHSERVER_MIGRATE", "true"), ("REQUESTS_PER_ADDRESS_PER_MINUTE", "1000000000"));
        await _replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File));
        await _replicas.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_replicas is not null) await _replicas.DisposeAsync();
        _database?.Dispose();
        Standby?.Dispose();
        Primary?.Dispose();
        ToRedis?.Dispose();
        Redis?.Dispose();
    }

    /// <summary>Lets clients work while faults follow each other, and checks that they lose nothing and get nothing that ended.</summary>
    internal async Task EndureAsync(ITestOutputHelper output, params Fault[] faults)
    {
        var earlier = await HeldSessions.RowsAsync(_database);
        var traffic = new Traffic(_replicas.Issuer);
        await traffic.StartAsync();
        // From the start on there is one that ended.
        do await traffic.GoOnAsync();
        while (!traffic.Sessions.Any(s => s.IsEnded));

        try
        {
            await HappenAsync(output, traffic, faults);
        }
        finally
        {
            // Otherwise a test that fails would go on in the next one.
            await traffic.EndAsync();
        }

        traffic.NothingWrong();
        await HeldSessions.MatchAsync(_database, traffic, earlier);
    }

    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(30);

    private static async Task HappenAsync(ITestOutputHelper output, Traffic traffic, Fault[] faults)
    {
        foreach (var fault in faults)
        {
            traffic.Next();
            var began = TimeProvider.System.GetTimestamp();
            await fault.Happens(traffic);
            // Until all clients have had answers and none a failure: what was tried before the recovery may fail after it.
            int failures;
            do
            {
                await traffic.GoOnAsync();
                var took = TimeProvider.System.GetElapsedTime(began);
                output.WriteLine($"{fault.Name}: {traffic}; whole, and all answered, {took.TotalSeconds:0.0} s after");
                var figures = traffic.Next();
                failures = figures.Failures;
                // The clients have their answers from servers, and these nothing to say but when to come back.
                Assert.Equal(figures.Of(HttpStatusCode.ServiceUnavailable), failures);
                if (!fault.IsNoticed) Assert.Equal(0, failures);
                Assert.True(took < LongestRecovery, $"It is not over: {figures}");
            }
            while (failures > 0);
        }
    }

    /// <summary>The standby takes the writes.</summary>
    internal async Task PromoteAsync()
    {
        await Standby.PromoteAsync();
        (Primary, Standby) = (Standby, Primary);
        _database.MovedTo(Primary);
    }

    /// <summary>What was the primary before <see cref="PromoteAsync"/> follows the one that is it now.</summary>
    internal Task OldPrimaryReturnsAsync() => Standby.ReturnAsStandbyAsync(Primary);

    /// <summary>Ends the connections that the servers have to PostgreSQL, so that they look for a host anew.</summary>
    internal Task CutAsync() => Primary.ExecuteAsync(
        "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'AuthServer%'");

    /// <summary>
    /// Waits until each server has said once more that Redis is not used, or that it is used again. Meanwhile strangers try to sign in,
    /// because each try asks Redis, and the clients seldom do.
    /// </summary>
    /// <param name="fault">What leads to it.</param>
    internal async Task ServersSayAsync(string line, Func<Task> fault)
    {
        var said = _replicas.All.ToDictionary(r => r, Count);
        await fault();
        var stranger = new ApiCaller(_replicas.Issuer);
        await Eventually.UntilAsync($"each server says: {line}", async () =>
        {
            if (said.All(s => Count(s.Key) > s.Value)) return true;
            await stranger.LoginAsync(new($"{Guid.CreateVersion7()}@example.test", "Wrong-Password-42!"));
            return false;
        });

        int Count(Replica replica) => replica.Process.Output.Split(line).Length - 1;
    }
}
