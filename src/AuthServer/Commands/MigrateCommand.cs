using AuthServer.Configuration;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Commands;

/// <summary>Brings the schema of the database to this version.</summary>
public static class MigrateCommand
{
    public static readonly CommandHelp Help = new("migrate", "migrate", "Apply pending migrations to the database",
        "Needs DATABASE_URL, or AUTHSERVER_DATA when the embedded database is not in the usual place. Running servers may go on "
            + "meanwhile.");

    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Help, args, words: 0, async (_, options) =>
    {
        await using var app = WebHost.BuildDatabaseOnly(options, HostPurpose.Migrate);
        EmbeddedDatabase.Tell(app);
        var applied = await app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(CancellationToken.None);
        Console.WriteLine(applied.Count == 0 ? "Nothing to do: the schema is up to date." : $"Applied: {string.Join(", ", applied)}");
        return ExitCodes.Done;
    });
}
