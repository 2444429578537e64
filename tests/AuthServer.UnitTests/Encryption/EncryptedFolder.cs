using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.Data.Encryption.Pages;
using Microsoft.Data.Sqlite;

namespace AuthServer.UnitTests.Encryption;

/// <summary>A data directory with an embedded database, and connections to it.</summary>
internal sealed class EncryptedFolder : IDisposable
{
    public static readonly FileKey Key = new(0x11223344, [.. Enumerable.Repeat((byte)7, 32)]);
    public static readonly FileKey OtherKey = new(0x55667788, [.. Enumerable.Repeat((byte)8, 32)]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver encrypted#%-");

    public DataDirectory Data => new(_folder.FullName);

    /// <summary>Every file of the database.</summary>
    public IEnumerable<FileInfo> Files => _folder.EnumerateFiles();

    public string PathOf(string suffix = "") => Data.FileAt(EmbeddedFile.FileName) + suffix;

    public EmbeddedFile File(FileKey? key, FileKey? previous = null) => new(Data, key is null ? null : new FileKeys(key, previous));

    /// <summary>The encrypted database, made where there is none.</summary>
    public EmbeddedFile Encrypted()
    {
        var file = File(Key);
        if (file.State() == FileState.Absent) FileRewrite.Create(file);
        return file;
    }

    public SqliteConnection Open() => Open(Encrypted());

    public static SqliteConnection Open(EmbeddedFile file)
    {
        var connection = new SqliteConnection(file.ConnectionString + ";Pooling=False");
        connection.Open();
        foreach (var pragma in new[] { "busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY" })
            Run(connection, $"PRAGMA {pragma}");
        return connection;
    }

    public static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    /// <summary>A table with an index, long and short rows.</summary>
    public static void Fill(SqliteConnection connection, int rows = 60)
    {
        Run(connection, "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, body BLOB); CREATE INDEX by_email ON people (email)");
        Run(connection,
            $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO people SELECT i, " +
            "'planted-' || i || '@example.com', zeroblob(CASE WHEN i % 7 = 0 THEN 9000 ELSE 200 END) FROM n");
    }

    /// <summary>Every value, by the table and by the index.</summary>
    public static string Dump(SqliteConnection connection) =>
        Run(connection, "SELECT group_concat(id || email || hex(body)) FROM (SELECT * FROM people NOT INDEXED ORDER BY id)")
        + "|" + Run(connection, "SELECT group_concat(email) FROM (SELECT email FROM people INDEXED BY by_email ORDER BY email)");

    /// <summary>The files as a process that is killed now leaves them.</summary>
    public EncryptedFolder AsKilled()
    {
        var left = new EncryptedFolder();
        foreach (var suffix in new[] { "", "-wal" }) System.IO.File.WriteAllBytes(left.PathOf(suffix), ReadShared(PathOf(suffix)));
        return left;
    }

    public static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
