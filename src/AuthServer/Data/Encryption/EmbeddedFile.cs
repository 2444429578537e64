using AuthServer.Configuration;
using AuthServer.Data.Encryption.Pages;
using AuthServer.Data.Encryption.Vfs;
using Microsoft.Data.Sqlite;

namespace AuthServer.Data.Encryption;

/// <summary>The file of the embedded database, and how it is opened.</summary>
/// <param name="directory">Where it is.</param>
/// <param name="keys">Null: the file is plain.</param>
public sealed class EmbeddedFile(DataDirectory directory, FileKeys? keys)
{
    public const string FileName = "auth.db";

    public string Path { get; } = directory.FileAt(FileName);

    public FileKeys? Keys => keys;

    /// <summary>For the server's pooled connections.</summary>
    public string ConnectionString { get; } = new SqliteConnectionStringBuilder
    {
        DataSource = directory.FileAt(FileName),
        ForeignKeys = true,
        DefaultTimeout = 30,
        Vfs = keys is null ? null : EncryptingVfs.For(keys).Name,
    }.ToString();

    /// <summary>For a look that leaves every file as it is, also beside a running server.</summary>
    /// <remarks>
    /// Without a log no process has the file open. SQLite would make a log for the look, unless it is told that nothing changes.
    /// </remarks>
    public string ReadOnlyConnectionString() => new SqliteConnectionStringBuilder
    {
        DataSource = File.Exists(Path + "-wal") ? Path : $"file:{Uri.EscapeDataString(Path)}?immutable=1",
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
        DefaultTimeout = 5,
        Vfs = keys is null ? null : EncryptingVfs.For(keys).Name,
    }.ToString();

    /// <summary>For a connection that closes the file at its end.</summary>
    public string UnpooledConnectionString => ConnectionString + ";Pooling=False";

    /// <summary>What the file is, told by its first bytes.</summary>
    public FileState State()
    {
        var bytes = StoredHead.Read(Path);
        if (bytes is null) return FileState.Absent;
        if (FileHead.IsPlain(bytes)) return FileState.Plain;
        if (FileHead.Read(bytes) is not { } head) return FileState.Foreign;
        if (keys is null) return FileState.OtherSecret;
        return head.Mark == keys.Current.Mark ? FileState.Current
            : keys.Of(head.Mark) is not null ? FileState.Previous : FileState.OtherSecret;
    }

    /// <returns>Null: it can be used as it is, once <see cref="FileState.Absent"/> has been mended.</returns>
    public StartRefusedException? Refusal(FileState state) => state switch
    {
        FileState.Foreign => new(
            $"AUTHSERVER_DATA: {Path} is not a database of this server; put back your backup, or name another directory"),
        FileState.OtherSecret when keys is null => new(
            $"SQLITE_ENCRYPTION: is off, but {Path} is encrypted; remove the setting, " +
            "or write a plain copy with `AuthServer db decrypt --to FILE` and put it in its place"),
        FileState.OtherSecret => new(
            $"SECRET_KEY: does not open {Path}; set it, or SECRET_KEY_PREVIOUS, to the secret that the file was encrypted with. " +
            "Nothing was changed"),
        FileState.Plain when keys is not null => new(
            $"SQLITE_ENCRYPTION: {Path} is not encrypted yet; start the server, or run `AuthServer migrate`, which encrypts it"),
        _ => null,
    };
}

/// <summary>What a database file is.</summary>
public enum FileState
{
    /// <summary>There is none, or an empty one.</summary>
    Absent,

    /// <summary>Not encrypted.</summary>
    Plain,

    /// <summary>Encrypted with SECRET_KEY.</summary>
    Current,

    /// <summary>Encrypted with SECRET_KEY_PREVIOUS.</summary>
    Previous,

    /// <summary>Encrypted with a secret that is not configured.</summary>
    OtherSecret,

    /// <summary>Neither a database nor an encrypted one of ours.</summary>
    Foreign,
}
