namespace AuthServer.LoadTests.Commands;

internal static class StartCommand
{
    public static Task<int> RunAsync(CommandLine line) => Task.FromResult(line.Words.Count);
}
