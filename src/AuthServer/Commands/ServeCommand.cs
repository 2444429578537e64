using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Hosting;

namespace AuthServer.Commands;

/// <summary>Runs the server until it is told to stop.</summary>
public static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var app = WebHost.Build(args, HostPurpose.Serve);
        await using (app)
        {
            await app.Services.GetRequiredService<DatabaseStartup>().RunAsync(CancellationToken.None);
            await app.RunAsync();
            return ExitCodes.Done;
        }
    }
}
