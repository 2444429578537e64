using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using AuthServer.Keys;

namespace AuthServer.Commands;

/// <summary>Changes the signing keys of running servers.</summary>
public static class KeysCommand
{
    public const string Now = "--now";

    public static readonly CommandHelp Help = new("keys rotate", "keys rotate --now", "Publish new signing keys, and sign with them half a minute later",
        "Running servers take the keys up by themselves, without a restart. Tokens signed with the former keys stay valid until they expire.");

    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Help, args, words: 1, async (words, options) =>
    {
        if (words[0] != "rotate" || !options.Contains(Now))
        {
            Help.Print(Console.Error);
            return ExitCodes.Usage;
        }
        await using var app = WebHost.Build([.. options.Where(o => o != Now)], HostPurpose.Command);
        Console.WriteLine("Database: " + app.Services.GetRequiredService<DatabaseOptions>().Describe(app.Services.GetRequiredService<DataDirectory>()));
        await app.Services.GetRequiredService<DatabaseStartup>().RequireCurrentAsync(CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateNowAsync(CancellationToken.None);
        Console.WriteLine($"Published: {string.Join(", ", made)}");
        return ExitCodes.Done;
    });
}
