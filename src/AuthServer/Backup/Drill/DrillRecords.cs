using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Backup.Places;
using AuthServer.Keys;

namespace AuthServer.Backup.Drill;

/// <summary>The results of drills, in one sealed file beside the backups.</summary>
/// <remarks>
/// There, because all replicas see it, because it outlives the loss of the database, and because it says something about these files.
/// It is sealed with the key of the backups, so that whoever may write to the place cannot claim a proof. A file that does not open counts
/// as none: the next drill is then due at once.
/// </remarks>
public sealed class DrillRecords(byte[] key, byte[]? previous)
{
    private const string FileName = "authplatform.drills";
    private const int Most = 50, LargestFile = 1 << 20;

    private readonly Sealing _sealing = new("authplatform/backup-drills/1", key, previous);

    /// <summary>One for each backup at most, the newest drill first.</summary>
    public async Task<IReadOnlyList<DrillRecord>> ReadAsync(IBackupPlace place, CancellationToken cancellation)
    {
        try
        {
            await using var file = await place.OpenAsync(FileName, cancellation);
            var bytes = new byte[LargestFile];
            var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
            return JsonSerializer.Deserialize(
                _sealing.Open(bytes.AsSpan(0, length), FileName), DrillJson.Default.IReadOnlyListDrillRecord) ?? [];
        }
        catch (Exception e) when (
            e is FileNotFoundException or DirectoryNotFoundException or CryptographicException or JsonException)
        {
            return [];
        }
    }

    /// <summary>Adds a result in the place of an earlier one of the same backup.</summary>
    public async Task AddAsync(IBackupPlace place, DrillRecord record, CancellationToken cancellation)
    {
        var earlier = await ReadAsync(place, cancellation);
        // The last proof stays known, however many drills have failed since.
        var proof = earlier.FirstOrDefault(r => r.Passed && r.Backup != record.Backup);
        IReadOnlyList<DrillRecord> all = [record, .. earlier.Where(r => r.Backup != record.Backup).Take(Most - 1)];
        if (proof is not null && !all.Contains(proof)) all = [.. all.SkipLast(1), proof];
        var box = _sealing.Seal(JsonSerializer.SerializeToUtf8Bytes(all, DrillJson.Default.IReadOnlyListDrillRecord), FileName);
        await place.WriteAsync(FileName, async (stream, end) => await stream.WriteAsync(box, end), cancellation, replace: true);
    }
}
