using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Encryption.Pages;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Commands;

/// <summary>Works on the encrypted file of the embedded database.</summary>
public static class DbCommand
{
    private const string To = "--to";

    private static readonly CommandHelp RekeyHelp = new("db rekey", "db rekey", "Encrypt the embedded database with fresh keys",
        """
        For a stopped server. The file is written anew with SECRET_KEY and takes the place of the old one when it is whole; a command that
        is interrupted leaves the old one. The disk needs room for a second file. To change the secret itself, set SECRET_KEY to the new one
        and SECRET_KEY_PREVIOUS to the former; a start does the same.
        """);

    private static readonly CommandHelp DecryptHelp = new(
        "db decrypt", "db decrypt --to FILE", "Write a plain copy of the embedded database",
        """
        FILE must not exist. It is an ordinary SQLite database, for this user alone to read, with the personal data of everybody: delete it
        when you have seen what you wanted. A server may run meanwhile.
        """);

    public static IReadOnlyList<CommandHelp> Helps { get; } = [RekeyHelp, DecryptHelp];

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["rekey", .. var rest] => CommandLine.RunAsync(RekeyHelp, rest, words: 0, (_, options) => RekeyAsync(options)),
        ["decrypt", .. var rest] => CommandLine.RunAsync(
            DecryptHelp, TargetLast(rest), words: 1, (words, options) => DecryptAsync(words[0], options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static async Task<int> RekeyAsync(string[] options)
    {
        await using var app = Open(options, out var file);
        if (file.Keys is null) throw new StartRefusedException("SQLITE_ENCRYPTION: is off; remove the setting to encrypt the database");
        // A server that starts meanwhile waits.
        await using var alone = await StartLock.TakeAsync(
            app.Services.GetRequiredService<DbDataSource>(), app.Services.GetRequiredService<DatabaseOptions>(),
            app.Services.GetRequiredService<DataDirectory>(), TimeProvider.System, CancellationToken.None);
        var state = file.State();
        if (state != FileState.Plain && file.Refusal(state) is { } refused) throw refused;
        RewriteOutcome outcome;
        using (new FileProgress(file.Path, FileRewrite.Unfinished(file.Path)))
            outcome = FileRewrite.InPlace(file, isPlain: state == FileState.Plain);
        switch (outcome)
        {
            case RewriteOutcome.InUse:
                await Console.Error.WriteLineAsync(
                    "Another process uses the database. Nothing was changed: stop the server, and try again.");
                return ExitCodes.Unavailable;
            case RewriteOutcome.NoSpace:
                await Console.Error.WriteLineAsync("The disk has no room for a second file. Nothing was changed.");
                return ExitCodes.Unavailable;
            default:
                Console.WriteLine("Encrypted with SECRET_KEY, under fresh keys.");
                return ExitCodes.Done;
        }
    }

    private static async Task<int> DecryptAsync(string target, string[] options)
    {
        await using var app = Open(options, out var configured);
        // Also with SQLITE_ENCRYPTION=off, which a plain copy is for.
        var keys = app.Services.GetRequiredService<FileKeys>();
        var file = configured.Keys is null ? new EmbeddedFile(app.Services.GetRequiredService<DataDirectory>(), keys) : configured;
        var state = file.State();
        if (state == FileState.Plain)
        {
            Console.WriteLine("It is not encrypted: nothing to do.");
            return ExitCodes.Done;
        }
        if (file.Refusal(state) is { } refused) throw refused;
        var path = Path.GetFullPath(target);
        if (File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"{path} exists. Nothing was written.");
            return ExitCodes.BadInput;
        }
        try
        {
            using (new FileProgress(file.Path, path)) FileRewrite.Decrypt(file, keys, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{path} cannot be written: {e.Message}");
            return ExitCodes.BadInput;
        }
        Console.WriteLine($"Plain copy: {path}. Delete it when you do not need it any more.");
        return ExitCodes.Done;
    }

    private static WebApplication Open(string[] options, out EmbeddedFile file)
    {
        var app = WebHost.BuildDatabaseOnly(options, HostPurpose.Command);
        if (!app.Services.GetRequiredService<DatabaseOptions>().IsEmbedded)
        {
            throw new StartRefusedException(
                "DATABASE_URL: this command is for the embedded database; PostgreSQL encrypts its files itself or not at all");
        }
        file = app.Services.GetRequiredService<EmbeddedFile>();
        Console.WriteLine($"Database: SQLite, {file.Path}");
        return app;
    }

    // --to FILE and --to=FILE as the word after "--".
    private static string[] TargetLast(string[] args)
    {
        var target = CommandLine.TakeValue(ref args, To);
        return string.IsNullOrEmpty(target) ? args : [.. args, "--", target];
    }
}
