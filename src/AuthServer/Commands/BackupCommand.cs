using System.Collections.Frozen;
using System.Data.Common;
using AuthServer.Backup;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Connection;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Commands;

/// <summary>
/// Makes and reads backups; <see cref="BackupInspection"/> lists and tries them, <see cref="BackupChange"/> has what changes something.
/// </summary>
public static class BackupCommand
{
    internal const string Json = "--json", IntoEmpty = "--into-empty", Replace = "--replace", All = "--all";
    private const string To = "--to";

    /// <summary>Under the data directory of the embedded database, which needs no setting.</summary>
    private const string Folder = "backups";

    private static readonly CommandHelp CreateHelp = new("backup create", "backup create [--to PLACE|FILE] [--json]",
        "Write an encrypted backup of the database",
        """
        One consistent state, while servers go on. It is encrypted with BACKUP_KEY and does not hold the secrets: keep SECRET_KEY,
        JWT_SECRET and BACKUP_KEY (the embedded default: secrets.json) at another place, because nobody restores it without them.
        """);

    private static readonly CommandHelp VerifyHelp = new("backup verify", "backup verify FILE [--json]",
        "Read a backup to its end and check every row",
        "Needs the settings of a server, and not its database. Says what is wrong: damaged, truncated, another key, another version.");

    public static IReadOnlyList<CommandHelp> Helps { get; } =
    [
        CreateHelp, BackupInspection.ListHelp, VerifyHelp, BackupInspection.DrillHelp, BackupChange.RestoreHelp, BackupChange.RekeyHelp,
    ];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } =
        FrozenSet.Create(StringComparer.Ordinal, Json, IntoEmpty, Replace, All, Confirmation.Yes);

    public static Task<int> RunAsync(string[] args)
    {
        var place = CommandLine.TakeValue(ref args, To);
        if (place is "")
        {
            Console.Error.WriteLine("--to is without its place.");
            return Task.FromResult(ExitCodes.Usage);
        }

        return args switch
        {
            ["create", .. var rest] => CommandLine.RunAsync(
                CreateHelp, rest, words: 0,
                (_, options) => RefusableAsync(() => CreateAsync(place, options))),
            ["list", .. var rest] => CommandLine.RunAsync(
                BackupInspection.ListHelp, rest, words: 0, (_, options) => BackupInspection.ListAsync(place, options)),
            ["drill", .. var rest] => CommandLine.RunAsync(
                BackupInspection.DrillHelp, rest, words: CommandLine.CountWords(rest) == 0 ? 0 : 1,
                (words, options) => BackupInspection.DrillAsync(words.FirstOrDefault(), place, options)),
            ["verify", .. var rest] => CommandLine.RunAsync(
                VerifyHelp, rest, words: 1, (words, options) => RefusableAsync(() => VerifyAsync(words[0], place, options))),
            ["restore", .. var rest] => CommandLine.RunAsync(
                BackupChange.RestoreHelp, rest, words: 1,
                (words, options) => RefusableAsync(() => BackupChange.RestoreAsync(words[0], place, options), allOrNothing: true)),
            ["rekey", .. var rest] when rest.Contains(All) => CommandLine.RunAsync(BackupChange.RekeyHelp, rest, words: 0,
                (_, options) => RefusableAsync(() => BackupChange.RekeyAllAsync(place, options))),
            ["rekey", .. var rest] => CommandLine.RunAsync(
                BackupChange.RekeyHelp, rest, words: 1,
                (words, options) => RefusableAsync(() => BackupChange.RekeyAsync(words[0], place, options))),
            _ => CommandLine.AnswerGroup(Helps, args),
        };
    }

    /// <summary>The settings among the options of a command.</summary>
    internal static string[] SettingsOf(string[] options) => [.. options.Where(option => !Flags.Contains(option))];

    /// <summary>The place that was named, or the one of the embedded database.</summary>
    internal static BackupAddress AddressOf(string? named, IServiceProvider services)
    {
        if ((named ?? services.GetRequiredService<BackupScheduleOptions>().To) is { } text) return Open(text);
        if (services.GetRequiredService<DatabaseOptions>().IsEmbedded)
            return Open(services.GetRequiredService<DataDirectory>().FileAt(Folder));
        throw new StartRefusedException("BACKUP_TO: is not set; set it to where backups are kept, or name the place with --to");
    }

    /// <summary>A file, or the name of a backup in a place.</summary>
    /// <param name="place">Null: the usual one.</param>
    internal static BackupAddress FileOf(string text, string? place, IServiceProvider services)
    {
        var isPath = text.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) || File.Exists(text);
        var address = place is null && isPath ? Open(text) : AddressOf(place, services) with { Name = text };
        return address.Name is null ? throw new StartRefusedException(
            $"{text} is no backup: its name would end in {BackupName.Suffix}", ExitCodes.BadInput) : address;
    }

    private static BackupAddress Open(string text)
    {
        try
        {
            return BackupAddress.Parse(text);
        }
        catch (IOException e)
        {
            throw new StartRefusedException($"BACKUP_TO: {e.Message}");
        }
    }

    private static async Task<int> CreateAsync(string? to, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(SettingsOf(options), HostPurpose.Command);
        var isJson = options.Contains(Json);
        if (!isJson) EmbeddedDatabase.Tell(app);
        await app.Services.GetRequiredService<DatabaseStartup>().RequireCurrentAsync(CancellationToken.None);
        var (place, name) = AddressOf(to, app.Services);
        CreatedBackup created;
        using (var progress = new RowProgress())
        try
        {
            created = await app.Services.GetRequiredService<BackupCreation>().RunAsync(place, name, progress, CancellationToken.None);
        }
        // What a command that reads takes for a missing backup is here a place that cannot be made.
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartRefusedException($"{To}: {place.Description} cannot be written: {e.Message}", ExitCodes.Unavailable);
        }

        await using (var scope = app.Services.CreateAsyncScope())
        {
            await BackupRecords.AuditMadeAsync(
                scope.ServiceProvider.GetRequiredService<AuthDbContext>(), app.Services.GetRequiredService<TimeProvider>(), created);
        }

        var line = BackupLine.Of(created.Name, place, created.Description, created.Tables);
        if (isJson) line.PrintJson();
        else Console.WriteLine($"Backup: {created.Name} in {place.Description} ({created.Tables.Sum(t => t.Rows):N0} rows)");
        return ExitCodes.Done;
    }

    private static async Task<int> VerifyAsync(string file, string? to, string[] options)
    {
        await using var app = WebHost.BuildDatabaseOnly(SettingsOf(options), HostPurpose.Restore);
        var (place, name) = FileOf(file, to, app.Services);
        var keys = app.Services.GetRequiredService<BackupOptions>().RequireKeys();
        BackupContent content;
        using (var progress = new RowProgress())
        {
            await using var stream = await place.OpenAsync(name!, CancellationToken.None);
            content = await BackupReading.VerifyAsync(stream, keys, progress, CancellationToken.None);
        }

        if (options.Contains(Json)) BackupLine.Of(name!, place, content.Description, content.Tables, content.HasDamagedHalf).PrintJson();
        else
        {
            var (product, source) = (content.Description.Product, content.Description.Source);
            Console.WriteLine($"Whole: {name}, of {UtcText.Second(content.Description.CreatedAt)}, made by {product} on {source}");
            BackupLine.Print(content.Tables);
        }

        if (content.HasDamagedHalf)
            await Console.Error.WriteLineAsync("A part of its head is damaged that is there twice. AuthServer backup rekey mends it.");
        return ExitCodes.Done;
    }

    /// <summary>Says in a line what a backup, its place or a database has against it.</summary>
    /// <param name="allOrNothing">What failed has changed nothing: a transaction is undone, and so is an unfinished file.</param>
    internal static async Task<int> RefusableAsync(Func<Task<int>> run, bool allOrNothing = false)
    {
        try
        {
            return await run();
        }
        catch (BackupRefusedException refused)
        {
            await Console.Error.WriteLineAsync($"The backup is refused ({refused.Fault}): {refused.Message}");
            return ExitCodes.BadInput;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            await Console.Error.WriteLineAsync($"There is no such backup. {e.Message}");
            return ExitCodes.BadInput;
        }
        // The disk is full, the database is gone, or it has a row that no backup can hold.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException or InvalidDataException)
        {
            var unchanged = allOrNothing ? " Nothing was changed." : "";
            await Console.Error.WriteLineAsync($"It could not be done: {e.Message.TrimEnd('.')}.{unchanged}");
            return ExitCodes.Unavailable;
        }
    }
}
