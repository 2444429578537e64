using System.Data.Common;
using AuthServer.Backup;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using Npgsql;

namespace AuthServer.Commands;

/// <summary>The commands that bring a backup back, or give it another key.</summary>
internal static class BackupChange
{
    public static readonly CommandHelp RestoreHelp = new(
        "backup restore", "backup restore FILE [--into-empty|--replace] [--yes] [--json]", "Put a backup in the place of the database",
        """
        All of it or nothing. The embedded database: for a stopped server. The secrets must be those of the server that the backup is of,
        and are checked before anything changes. --into-empty (the default) refuses a database with data; --replace says what it replaces
        and asks, --yes is for scripts. What was revoked or deleted after the backup is there again.
        """);

    public static readonly CommandHelp RekeyHelp = new("backup rekey", "backup rekey FILE|--all [--to PLACE] [--json]",
        "Encrypt backups with a new BACKUP_KEY",
        """
        Set BACKUP_KEY to the new key and BACKUP_KEY_PREVIOUS to the former one. Only the head of each file is written; it may be stopped,
        and run again. Without BACKUP_KEY_PREVIOUS it writes the heads anew, which mends one that is half damaged.
        """);

    public static async Task<int> RestoreAsync(string file, string? from, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(BackupCommand.SettingsOf(options), HostPurpose.Restore);
        var services = app.Services;
        if (options.Contains(BackupCommand.IntoEmpty) && options.Contains(BackupCommand.Replace))
        {
            await Console.Error.WriteLineAsync($"{BackupCommand.IntoEmpty} and {BackupCommand.Replace} exclude each other.");
            return ExitCodes.Usage;
        }

        var isJson = options.Contains(BackupCommand.Json);
        var (place, name) = BackupCommand.FileOf(file, from, services);
        // The key and the version first: nothing is asked for a file that is refused anyway.
        await using (var head = await place.OpenAsync(name!, CancellationToken.None))
        {
            var keys = services.GetRequiredService<BackupOptions>().RequireKeys();
            var description = (await BackupHead.ReadAsync(head, keys, CancellationToken.None)).Description;
            if (!isJson) Console.WriteLine($"Backup: {name}, of {UtcText.Second(description.CreatedAt)}, {description.Source}");
        }

        if (!isJson) EmbeddedDatabase.Tell(app);
        await using var alone = await StartLock.TakeAsync(
            services.GetRequiredService<DbDataSource>(), services.GetRequiredService<DatabaseOptions>(),
            services.GetRequiredService<DataDirectory>(), TimeProvider.System, CancellationToken.None);
        await using var target = await OpenTargetAsync(services);
        if (await target.FilledAsync(CancellationToken.None) is { Count: > 0 } filled)
        {
            await Console.Error.WriteLineAsync($"The database has data: {string.Join(", ", filled)}.");
            if (!options.Contains(BackupCommand.Replace))
            {
                await Console.Error.WriteLineAsync("Nothing was changed. To lose it, restore with --replace.");
                return ExitCodes.BadInput;
            }

            if (!Confirmation.IsGiven(options, "Replace all of it?")) return ExitCodes.Usage;
        }

        BackupContent content;
        using (var progress = new RowProgress())
        {
            await using var stream = await place.OpenAsync(name!, CancellationToken.None);
            content = await services.GetRequiredService<BackupRestore>().RunAsync(stream, target, progress, CancellationToken.None);
        }

        if (isJson) BackupLine.Of(name!, place, content.Description, content.Tables).PrintJson();
        else
        {
            Console.WriteLine($"Restored, and compared table by table:");
            BackupLine.Print(content.Tables);
        }

        return ExitCodes.Done;
    }

    public static async Task<int> RekeyAsync(string file, string? to, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(BackupCommand.SettingsOf(options), HostPurpose.Restore);
        var (place, name) = BackupCommand.FileOf(file, to, app.Services);
        await RekeyAsync(place, name!, app.Services.GetRequiredService<BackupOptions>().RequireKeys());
        await PrintAsync(options, place, [name!]);
        return ExitCodes.Done;
    }

    /// <summary>One that does not open does not keep the others from their new key.</summary>
    public static async Task<int> RekeyAllAsync(string? to, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(BackupCommand.SettingsOf(options), HostPurpose.Restore);
        var place = BackupCommand.AddressOf(to, app.Services).Place;
        var keys = app.Services.GetRequiredService<BackupOptions>().RequireKeys();
        var (done, refused) = (new List<string>(), 0);
        foreach (var backup in await place.ListAsync(CancellationToken.None))
        {
            try
            {
                await RekeyAsync(place, backup.Name, keys);
                done.Add(backup.Name);
            }
            catch (BackupRefusedException e)
            {
                refused++;
                await Console.Error.WriteLineAsync($"{backup.Name} is left as it is ({e.Fault}): {e.Message}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refused++;
                await Console.Error.WriteLineAsync($"{backup.Name} could not be read or written: {e.Message}");
            }
        }

        await PrintAsync(options, place, done);
        return refused == 0 ? ExitCodes.Done : ExitCodes.BadInput;
    }

    private static async Task RekeyAsync(IBackupPlace place, string name, BackupKeys keys)
    {
        BackupHead head;
        await using (var stream = await place.OpenAsync(name, CancellationToken.None))
            head = await BackupHead.ReadAsync(stream, keys, CancellationToken.None);
        await place.ReplaceHeadAsync(name, head.ToBytes(keys), CancellationToken.None);
    }

    private static async Task PrintAsync(string[] options, IBackupPlace place, List<string> names)
    {
        if (options.Contains(BackupCommand.Json))
        {
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(
                names.Select(name => new BackupLine(name, place.Description)), BackupLineJson.Default.IEnumerableBackupLine));
        }
        else await Console.Out.WriteLineAsync($"Encrypted with BACKUP_KEY: {names.Count} in {place.Description}");
    }

    private static async Task<IRestoreTarget> OpenTargetAsync(IServiceProvider services) =>
        services.GetService<EmbeddedFile>() is { } file
            ? SqliteTarget.Open(file)
            : await PostgresTarget.OpenAsync(services.GetRequiredService<NpgsqlDataSource>(), CancellationToken.None);
}
