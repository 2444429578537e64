using AuthServer.Backup.Format;

namespace AuthServer.Backup.Places;

/// <summary>Where backups are kept, each under a name of its own (<see cref="BackupName"/>).</summary>
/// <remarks>
/// A name that is not there is a <see cref="FileNotFoundException"/>, a place that does not answer an <see cref="IOException"/>.
/// </remarks>
public interface IBackupPlace
{
    /// <summary>The place for a person to read, without credentials.</summary>
    string Description { get; }

    /// <summary>The finished backups, the newest first. Other files of the place are left out.</summary>
    Task<IReadOnlyList<StoredBackup>> ListAsync(CancellationToken cancellation);

    /// <summary>The bytes of one backup from the beginning; they are read once, forwards.</summary>
    Task<Stream> OpenAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// Stores what <paramref name="write"/> writes. The backup is there, whole and lasting, when this returns, and not at all when
    /// <paramref name="write"/> fails or the process ends.
    /// </summary>
    /// <param name="replace">In one step, what has the name already; otherwise that is an <see cref="IOException"/>.</param>
    Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation, bool replace = false);

    /// <summary>
    /// Puts other bytes in the place of the first <see cref="BackupHead.Size"/> ones and leaves the rest. A place that writes into the file
    /// writes the first <see cref="BackupHead.HalfSize"/> bytes and makes them last before it writes the second half: the backup then opens
    /// whenever the process or the power ends.
    /// </summary>
    Task ReplaceHeadAsync(string name, ReadOnlyMemory<byte> head, CancellationToken cancellation);

    /// <summary>Deletes a backup; one that is not there is no error.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation);
}

/// <summary>A backup of a place.</summary>
/// <param name="Name">Unique in its place.</param>
/// <param name="Size">In bytes.</param>
/// <param name="CreatedAt">UTC, from the name.</param>
public sealed record StoredBackup(string Name, long Size, DateTime CreatedAt)
{
    /// <summary>The clocks of two replicas differ by less.</summary>
    internal static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(10);

    /// <summary>A machine whose clock was wrong has named it.</summary>
    public bool IsOfFuture(DateTime now) => CreatedAt > now + MostSkew;
}
