using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;

namespace AuthServer.LoadTests.Soaking;

/// <summary>Looks at the server every few seconds: memory, open files, database connections.</summary>
internal sealed class SoakWatch(OurServer server, Stage stage)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public double MostMegabytes { get; private set; }

    public long MostDatabaseConnections { get; private set; }

    public int MostOpenFiles { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            MostMegabytes = Math.Max(MostMegabytes, server.ResidentMegabytes());
            MostOpenFiles = Math.Max(MostOpenFiles, Directory.EnumerateFileSystemEntries($"/proc/{server.ProcessIds[0]}/fd").Count());
            if (server.IsPostgres)
            {
                MostDatabaseConnections = Math.Max(MostDatabaseConnections, await ConnectionsAsync(await stage.PostgresAsync()));
            }
            try
            {
                await Task.Delay(Every, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<long> ConnectionsAsync(PostgresCluster cluster) =>
        (long)(await cluster.ScalarAsync("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{server.Database}'"))!;
}
