namespace AuthServer.Backup.Format;

/// <summary>Why a backup is refused.</summary>
public enum BackupFault
{
    /// <summary>The file does not begin as a backup does.</summary>
    NotABackup,

    /// <summary>The format is of another version than this server reads.</summary>
    OtherVersion,

    /// <summary>None of the configured keys is the one that it was encrypted with.</summary>
    WrongKey,

    /// <summary>The head or the description was changed.</summary>
    DamagedHead,

    /// <summary>The bytes of a chunk were changed.</summary>
    DamagedChunk,

    /// <summary>A chunk stands where another one belongs: it was moved, doubled, or one is missing.</summary>
    ChunkOutOfPlace,

    /// <summary>A chunk of another backup.</summary>
    ForeignChunk,

    /// <summary>The file ends before the last chunk does.</summary>
    Truncated,

    /// <summary>Bytes follow the last chunk.</summary>
    TrailingBytes,

    /// <summary>The chunks are authentic, and what they hold is not what the format says.</summary>
    BadContent,

    /// <summary>It was made by a version of this server with a newer schema.</summary>
    NewerSchema,
}

/// <summary>A backup is not what it should be. Nothing was changed.</summary>
public sealed class BackupRefusedException(BackupFault fault, string message) : Exception(message)
{
    public BackupFault Fault => fault;
}
