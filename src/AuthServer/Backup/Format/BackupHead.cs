namespace AuthServer.Backup.Format;

/// <summary>The first bytes of a backup: format, file id, and the data key, wrapped twice.</summary>
public sealed class BackupHead
{
    /// <summary>The part of a backup that `rekey` replaces.</summary>
    public const int Size = 2 * HalfSize;

    /// <summary>Each half wraps the data key by itself, so that one of them opens while the other is written.</summary>
    public const int HalfSize = 512;
}
