using System.Runtime.CompilerServices;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using AuthServer.Doctor;

namespace AuthServer.Data.Checks;

/// <summary>What of the encryption at rest can be seen from here.</summary>
public sealed class EncryptionCheck(
    DatabaseOptions options, DatabaseReach? reach = null, EmbeddedFile? file = null) : ICheck
{
    private const string Recipes = "docs/encryption.md has the recipes";

    // Row by row: a user without rights does not see the data directory in pg_settings.
    private const string PostgresSql =
        """
        SELECT 'checksums', current_setting('data_checksums')
        UNION ALL SELECT 'extension', extname || ' ' || extversion FROM pg_extension WHERE extname LIKE '%tde%'
        UNION ALL SELECT 'library', setting FROM pg_settings WHERE name = 'shared_preload_libraries' AND setting LIKE '%tde%'
        UNION ALL SELECT 'directory', setting FROM pg_settings WHERE name = 'data_directory'
        """;

    public string Name => "Encryption";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.IsEmbedded)
        {
            yield return file is null ? Finding.Skipped(DatabaseReach.Absent) : OfFile(file.State(), file.Path);
            yield break;
        }
        var (sql, skipped) = await DatabaseReach.OfServerAsync(reach);
        if (sql is null)
        {
            yield return skipped!;
            yield break;
        }
        var rows = await sql.ListAsync(
            PostgresSql, SqlValues.None, row => (Name: row.GetString(0), Value: row.GetString(1)), cancellationToken);
        foreach (var finding in OfPostgres(rows)) yield return finding;
        if (!OperatingSystem.IsWindows() && rows.Find(r => r.Name == "directory").Value is { } directory
            && DatabaseTlsCheck.IsHere(options.Postgres!.Host) && Directory.Exists(directory))
            yield return OfDirectory(directory, File.GetUnixFileMode(directory));
    }

    internal static Finding OfFile(FileState state, string path) => state switch
    {
        FileState.Absent => Finding.Skipped("there is no database file yet"),
        FileState.Current => Finding.Ok($"{path} is encrypted with SECRET_KEY"),
        FileState.Previous => Finding.Warning(
            $"{path} is encrypted with SECRET_KEY_PREVIOUS", "start the server alone, which encrypts it anew, or run AuthServer db rekey"),
        FileState.Plain => Finding.Warning(
            $"{path} is plain: whoever gets at it, or at a copy, reads it", "remove SQLITE_ENCRYPTION=off and start the server"),
        FileState.OtherSecret => Finding.Wrong(
            $"{path} is encrypted with a secret that is not configured", "set SECRET_KEY, or SECRET_KEY_PREVIOUS, to that secret"),
        _ => Finding.Wrong($"{path} is not a database of this server", "put back your backup"),
    };

    internal static IEnumerable<Finding> OfPostgres(IReadOnlyCollection<(string Name, string Value)> rows)
    {
        yield return rows.Any(r => r is { Name: "checksums", Value: "on" })
            ? Finding.Ok("data_checksums is on: a page that the disk has changed is an error")
            : Finding.Warning("data_checksums is off: a page that the disk has changed is read as if it were good",
                "stop PostgreSQL and run pg_checksums --enable");
        var extension = rows.FirstOrDefault(r => r.Name == "extension").Value;
        if (extension is not null) yield return Finding.Ok($"the extension {extension} is installed; which tables it encrypts, it knows");
        else if (rows.Any(r => r.Name == "library"))
        {
            yield return Finding.Warning("the library of an encrypting extension is loaded, but this database has no such extension",
                $"create the extension in this database; {Recipes}");
        }
        else
        {
            yield return Finding.Skipped(
                $"PostgreSQL cannot tell whether its volume is encrypted ({Recipes}). Keys are sealed by this server in any case");
        }
    }

    internal static Finding OfDirectory(string path, UnixFileMode mode)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return (mode & Others) == 0
            ? Finding.Ok($"{path} is closed to other users of this machine")
            : Finding.Wrong($"{path} is open to other users of this machine", $"chmod o= {path}");
    }
}
