using AuthServer.Configuration;
using AuthServer.Hosting.Probes;

namespace AuthServer.Commands;

/// <summary>Asks the running server whether it is ready: for a container, which has no curl.</summary>
public static class HealthCommand
{
    public static readonly CommandHelp Help = new("health", "health", "Ask the server on this machine whether it is ready",
        $"""
        Asks {ProbePaths.Ready} at the address of ASPNETCORE_URLS or --urls, as the server reads them.
        Exit code: 0 when it is ready, 1 when it is not, or does not answer within five seconds.
        """);

    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Help, args, words: 0, async (_, options) =>
    {
        var wrong = await OwnReadiness.AskAsync(ServeCommand.Settings(options));
        if (wrong is null) Console.WriteLine("Ready.");
        else await Console.Error.WriteLineAsync($"Not ready: {wrong}.");
        return wrong is null ? ExitCodes.Done : ExitCodes.Failed;
    });
}
