using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Redis;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Commands;

/// <summary>The server's services on the configured database, for a command that works beside a server.</summary>
internal static class CommandServices
{
    /// <param name="quiet">Only the result is for standard output.</param>
    public static async Task<int> RunAsync(string[] settings, bool quiet, Func<IServiceProvider, Task<int>> run)
    {
        await using var app = WebHost.Build(settings, HostPurpose.Command);
        await (quiet ? Console.Error : Console.Out).WriteLineAsync(
            "Database: " + app.Services.GetRequiredService<DatabaseOptions>().Describe(app.Services.GetRequiredService<DataDirectory>()));
        await app.Services.GetRequiredService<DatabaseStartup>().RequireCurrentAsync(CancellationToken.None);
        // What a command writes is told to the servers, as what a server writes; one that only reads waits for nothing.
        app.Services.GetService<RedisConnection>()?.BeginOpening();
        await using var scope = app.Services.CreateAsyncScope();
        return await run(scope.ServiceProvider);
    }
}
