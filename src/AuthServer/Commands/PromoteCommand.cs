using AuthServer.Backup;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using Npgsql;

namespace AuthServer.Commands;

/// <summary>Moves the embedded database to PostgreSQL.</summary>
public static class PromoteCommand
{
    private const string To = "--to";

    public static readonly CommandHelp Help = new("promote", "promote --to postgresql://USER[:PASSWORD]@HOST:PORT/DATABASE",
        "Move the embedded database to PostgreSQL",
        """
        For a stopped server; nothing opens the file meanwhile. The database must be there, and empty. Everything is moved in one
        transaction and compared table by table before it is committed; the embedded file stays as it is, and the command may be stopped
        and run again. Arguments show in the list of processes: leave PASSWORD out and put it into PGPASSWORD or ~/.pgpass.
        Then start with DATABASE_URL and the same SECRET_KEY, JWT_SECRET and API_BASE_URL: apps and people stay signed in.
        """);

    public static Task<int> RunAsync(string[] args)
    {
        var url = CommandLine.TakeValue(ref args, To);
        // "--to" alone, or nothing: the help, or what is missing.
        return string.IsNullOrEmpty(url)
            ? CommandLine.RunAsync(Help, args, words: 1, (_, _) => Task.FromResult(ExitCodes.Usage))
            : CommandLine.RunAsync(Help, args, words: 0, (_, options) => MoveAsync(url, options));
    }

    private static async Task<int> MoveAsync(string url, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(options, HostPurpose.Command);
        var file = app.Services.GetService<EmbeddedFile>()
            ?? throw new StartRefusedException("DATABASE_URL: is set, and this command is for the embedded database; remove it");
        var (settings, problems) = (new DatabaseOptions { Url = url, PoolSize = 1, MaxOverflow = 1 }, new SettingProblems());
        settings.Check(problems);
        if (settings.Postgres is not { } postgres)
            throw new StartRefusedException([.. problems.Lines.Select(line => line.Replace("DATABASE_URL", To, StringComparison.Ordinal))]);
        EmbeddedDatabase.Tell(app);
        await app.Services.GetRequiredService<DatabaseStartup>().RequireCurrentAsync(CancellationToken.None);
        // Connections of the check above, which the lock would wait for.
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await using var alone = FileRewrite.HoldAlone(file) ?? throw SqliteTarget.InUse(file);
        await using var database = new NpgsqlDataSourceBuilder(postgres.ConnectionString).Build();
        Console.WriteLine("To: " + settings.Describe(app.Services.GetRequiredService<DataDirectory>()));
        return await BackupCommand.RefusableAsync(() => MoveAsync(app.Services, alone, database, settings), allOrNothing: true);
    }

    private static async Task<int> MoveAsync(
        IServiceProvider services, Microsoft.Data.Sqlite.SqliteConnection alone, NpgsqlDataSource database, DatabaseOptions settings)
    {
        await using var starts = await StartLock.TakeAsync(
            database, settings, services.GetRequiredService<DataDirectory>(), TimeProvider.System, CancellationToken.None);
        await using var target = await PostgresTarget.OpenAsync(database, CancellationToken.None);
        if (await target.FilledAsync(CancellationToken.None) is { Count: > 0 } filled)
        {
            await Console.Error.WriteLineAsync($"{To}: the database has data: {string.Join(", ", filled)}. Nothing was changed.");
            return ExitCodes.BadInput;
        }

        IReadOnlyList<TableTotal> tables;
        await using (var source = SqliteSource.Of(alone))
        using (var progress = new RowProgress())
            tables = await services.GetRequiredService<BackupRestore>().RunAsync(source, target, progress, CancellationToken.None);
        Console.WriteLine("Moved, and compared table by table:");
        BackupLine.Print(tables);
        Console.WriteLine(
            "Start servers with DATABASE_URL, the same API_BASE_URL, and SECRET_KEY, JWT_SECRET and BACKUP_KEY of the embedded server " +
            $"({services.GetRequiredService<DataDirectory>().FileAt(GeneratedSecrets.FileName)}, unless they are set elsewhere).");
        Console.WriteLine("The embedded file is unchanged. Do not start a server on it again: what it writes is not in PostgreSQL.");
        return ExitCodes.Done;
    }
}
