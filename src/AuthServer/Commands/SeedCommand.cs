using System.Collections.Immutable;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using AuthServer.Seeding;

namespace AuthServer.Commands;

/// <summary>Puts the resources, scopes, clients and users of a file into the database.</summary>
public static class SeedCommand
{
    public static readonly CommandHelp Help = new(
        "seed", "seed FILE [--reset NAME]... [--strict]", "Apply the resources, scopes, clients and users of a file",
        """
        docs/clients.md describes the file. An entry is applied when it is new or has changed in the file; --reset sets a user (e-mail
        address) or a client (client_id) back to the file in any case; --strict refuses members that have no effect. An entry with
        "absent": true is deleted, with its sessions and consents. A bad file is refused whole, with the line of each problem. An embedded
        database is made where there is none. Running servers see the changes within a second.
        """);

    private const string Reset = "--reset", Strict = "--strict";

    public static Task<int> RunAsync(string[] args)
    {
        var rest = new List<string>();
        var reset = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == Reset && i + 1 < args.Length) reset.Add(args[++i]);
            else if (args[i].StartsWith(Reset + "=", StringComparison.Ordinal)) reset.Add(args[i][(Reset.Length + 1)..]);
            else if (args[i] != Strict) rest.Add(args[i]);
        }
        return RunAsync([.. rest], new SeedRequest(reset.ToImmutable(), args.Contains(Strict)));
    }

    private static Task<int> RunAsync(string[] args, SeedRequest request) =>
        CommandLine.RunAsync(Help, args, words: 1, async (words, options) =>
    {
        await using var app = WebHost.Build(options, HostPurpose.Seed);
        var startup = app.Services.GetRequiredService<DatabaseStartup>();
        var isNew = EmbeddedDatabase.Tell(app);
        // The embedded database of a server carries that server's address in its built-in scopes; the address is not known here.
        if (app.Services.GetRequiredService<DatabaseOptions>().IsEmbedded && !isNew)
        {
            await startup.RequireCurrentAsync(CancellationToken.None);
        }
        // As a server would: an empty database gets its schema, an old one is refused, and the built-in scopes are there.
        else await startup.RunAsync(CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        switch (await scope.ServiceProvider.GetRequiredService<SeedRun>().ApplyAsync(words[0], request, CancellationToken.None))
        {
            case SeedOutcome.Applied applied:
                foreach (var warning in applied.Warnings) await Console.Error.WriteLineAsync($"Warning, {warning}");
                Console.WriteLine("Done: " + applied.Describe());
                return ExitCodes.Done;
            case SeedOutcome.Refused refused:
                await Console.Error.WriteLineAsync($"{words[0]} is refused, and nothing was changed:");
                foreach (var problem in refused.Problems) await Console.Error.WriteLineAsync($"  {problem}");
                return ExitCodes.BadInput;
            default:
                throw new InvalidOperationException("A seed outcome is not handled.");
        }
    });
}
