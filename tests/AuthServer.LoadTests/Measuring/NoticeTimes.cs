using System.Diagnostics;
using System.Text.Json;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Measuring;

/// <summary>From the commit of a client's new secret by another process to the server's refusal of the former one.</summary>
internal static class NoticeTimes
{
    private const string Version = "SELECT xmin::text FROM clients WHERE client_id = 'machine'";

    // The triggers are the half that PostgreSQL tells.
    private const string Silence = "ALTER TABLE clients DISABLE TRIGGER announce_change";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="byRedis">By Redis alone; otherwise by LISTEN and NOTIFY alone.</param>
    public static async Task<string> MeasureAsync(Stage stage, bool byRedis, int rounds)
    {
        var redis = byRedis ? await stage.RedisAsync() : null;
        using var server = new OurServer(postgres: true) { RedisUrl = redis is null ? null : $"redis://127.0.0.1:{redis.Port}" };
        var cluster = await stage.PostgresAsync();
        await server.StartAsync(stage);
        if (byRedis) await cluster.ExecuteAsync(server.Database, Silence);
        // The server listens a second after its start.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var secret = Cast.Machine.Secret;
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            using var connection = server.Connect();
            if (await StatusAsync(server, connection, secret) != 200) throw new CannotRunException("the secret is not valid");
            var before = await cluster.ScalarAsync(server.Database, Version);
            var rotation = server.CommandAsync("clients", "secret", "rotate", "machine", "--keep", "0s", "--json");
            var watch = await CommitAsync(cluster, server.Database, before);
            while (await StatusAsync(server, connection, secret) == 200)
            {
                if (watch.Elapsed > Patience) throw new CannotRunException("the former secret stayed valid");
            }
            times.Add(watch.Elapsed.TotalMilliseconds);
            var printed = await rotation;
            secret = JsonDocument.Parse(printed[printed.IndexOf('{')..]).RootElement.GetProperty("client_secret").GetString()!;
        }

        times.Sort();
        return $"{(byRedis ? "Redis" : "NOTIFY")}: median {Numbers.Short(times[times.Count / 2])} ms, "
            + $"longest of {rounds} {Numbers.Short(times[^1])} ms";
    }

    /// <summary>A watch that starts as soon as another connection sees the commit.</summary>
    private static async Task<Stopwatch> CommitAsync(PostgresCluster cluster, string database, object? before)
    {
        await using var connection = await cluster.OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = Version;
        var began = Stopwatch.StartNew();
        while (Equals(await command.ExecuteScalarAsync(), before))
        {
            if (began.Elapsed > Patience) throw new CannotRunException("the command changed nothing");
        }
        return Stopwatch.StartNew();
    }

    private static async Task<int> StatusAsync(OurServer server, HttpConnection connection, string secret)
    {
        var body = RequestText.Pairs(
            ("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", secret), ("scope", Cast.MachineScope));
        return (await connection.SendAsync(RequestText.Form(server.Host, "/connect/token", body))).Status;
    }
}
