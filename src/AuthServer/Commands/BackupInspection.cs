using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Backup;
using AuthServer.Backup.Drill;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Configuration;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Commands;

/// <summary>The commands that tell what backups are worth: the list, and a restore drill at once.</summary>
internal static class BackupInspection
{
    public static readonly CommandHelp ListHelp = new(
        "backup list", "backup list [--to PLACE] [--json]", "List the backups of a place",
        """
        PLACE is a directory or s3://bucket/prefix, BACKUP_TO by default. The newest first; times are UTC. KEY says what opens it:
        BACKUP_KEY (current), BACKUP_KEY_PREVIOUS (previous: see backup rekey), or neither (none). DRILLED is when it was last restored on
        trial.
        """);

    public static readonly CommandHelp DrillHelp = new("backup drill", "backup drill [NAME] [--to PLACE] [--json]",
        "Restore a backup into a scratch database and sign in there",
        """
        NAME is a backup of the place, the newest by default. Nothing of the server's own database is changed; the scratch database is
        encrypted with a key that is never written, and deleted. Servers do the same by themselves at the times of BACKUP_DRILL.
        """);

    // The head and its description, which is short.
    private const int MostHead = 16 * 1024;

    public static async Task<int> ListAsync(string? to, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(BackupCommand.SettingsOf(options), HostPurpose.Restore);
        var place = BackupCommand.AddressOf(to, app.Services).Place;
        var keys = app.Services.GetRequiredService<BackupOptions>();
        return await WithPlaceAsync(async () =>
        {
            var backups = await place.ListAsync(CancellationToken.None);
            var drills = keys.Key is { } key
                ? await new DrillRecords(key, keys.KeyPrevious).ReadAsync(place, CancellationToken.None) : [];
            var lines = new List<ListedBackup>();
            foreach (var backup in backups)
                lines.Add(await DescribeAsync(place, backup, keys, drills.FirstOrDefault(d => d.Backup == backup.Name)));
            if (options.Contains(BackupCommand.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(lines, ListedBackups.Default.IReadOnlyListListedBackup));
                return ExitCodes.Done;
            }

            Console.WriteLine($"Place: {place.Description}");
            Console.WriteLine($"{"NAME",-47}  {"CREATED",-16}  {"BYTES",15}  {"SOURCE",-10}  {"KEY",-8}  {"DRILLED",-16}  SCHEMA");
            foreach (var line in lines)
            {
                var drilled = line.Drilled is { } at ? Text(at) + (line.DrillPassed == true ? "" : " FAILED") : "never";
                Console.WriteLine($"{line.Name,-47}  {Text(line.CreatedAt),-16}  {line.Size,15:N0}  {line.Source,-10}  {line.Key,-8}  "
                    + $"{drilled,-16}  {line.Schema}");
            }

            return ExitCodes.Done;
        });
    }

    public static Task<int> DrillAsync(string? name, string? to, string[] options) => CommandServices.RunAsync(
        BackupCommand.SettingsOf(options), quiet: options.Contains(BackupCommand.Json), services => WithPlaceAsync(async () =>
        {
            var place = BackupCommand.AddressOf(to, services).Place;
            var state = await services.GetRequiredService<BackupStates>().ReadAsync(place, CancellationToken.None);
            if ((name is null ? state.Newest : state.Backups.FirstOrDefault(b => b.Name == name)) is not { } backup)
            {
                await Console.Error.WriteLineAsync(
                    name is null ? $"{place.Description} has no backup." : $"{place.Description} has no {name}. backup list shows them.");
                return ExitCodes.BadInput;
            }

            var drill = await services.GetRequiredService<RestoreDrill>().RunAsync(place, backup.Name, CancellationToken.None);
            await services.GetRequiredService<BackupRecords>().DrilledAsync(drill);
            await services.GetRequiredService<BackupStates>().Records.AddAsync(place, drill, CancellationToken.None);
            if (options.Contains(BackupCommand.Json))
                Console.WriteLine(JsonSerializer.Serialize(drill, ListedBackups.Default.DrillRecord));
            else if (drill.Passed)
                Console.WriteLine($"Proven: {drill.Backup}, {drill.Rows:N0} rows, a person signed in; {drill.Seconds:0.0} s");
            else await Console.Error.WriteLineAsync($"NOT proven: {drill.Backup}: {drill.Reason}");
            return drill.Passed ? ExitCodes.Done : ExitCodes.Failed;
        }));

    private static async Task<ListedBackup> DescribeAsync(
        IBackupPlace place, StoredBackup backup, BackupOptions options, DrillRecord? drill)
    {
        var bytes = new byte[MostHead];
        await using (var stream = await place.OpenAsync(backup.Name, CancellationToken.None))
        {
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false);
            Array.Resize(ref bytes, length);
        }

        var (key, description) = ("none", default(BackupDescription));
        foreach (var (word, secret) in new[] { ("current", options.Key), ("previous", options.KeyPrevious) })
        {
            if (secret is null || description is not null) continue;
            try
            {
                using var head = new MemoryStream(bytes);
                description = (await BackupHead.ReadAsync(head, new(secret), CancellationToken.None)).Description;
                key = word;
            }
            catch (BackupRefusedException e)
            {
                if (e.Fault != BackupFault.WrongKey) key = "damaged";
            }
        }

        return new(
            backup.Name, place.Description, backup.CreatedAt, backup.Size, description?.Source, description?.Schema[^1], key, drill?.At,
            drill?.Passed, drill?.Reason);
    }

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static async Task<int> WithPlaceAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"BACKUP_TO: {e.Message}", ExitCodes.Unavailable);
        }
    }
}

/// <summary>A line of <c>backup list --json</c>.</summary>
/// <param name="Schema">The last migration; null where no key opens it.</param>
/// <param name="Key">What opens it: current, previous, none; or damaged.</param>
/// <param name="Drilled">When it was last restored on trial; null: never.</param>
internal sealed record ListedBackup(
    string Name, string Place, DateTime CreatedAt, long Size, string? Source, string? Schema, string Key, DateTime? Drilled,
    bool? DrillPassed, string? DrillReason);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ListedBackup>))]
[JsonSerializable(typeof(DrillRecord))]
internal sealed partial class ListedBackups : JsonSerializerContext;
