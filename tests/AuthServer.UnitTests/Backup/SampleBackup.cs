using System.Security.Cryptography;
using System.Text;
using AuthServer.Backup;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;

namespace AuthServer.UnitTests.Backup;

/// <summary>A small backup of several chunks, and the same after something has happened to it.</summary>
internal sealed class SampleBackup
{
    private const int ChunkSize = 512, Sealed = ChunkHeader.Size + ChunkSize + ChunkHeader.TagSize;
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static readonly BackupTable People =
        new("people", [new("id", ColumnType.Number), new("name", ColumnType.Text), new("seen", ColumnType.Time)]);

    private SampleBackup(byte[] bytes, int start) => (Bytes, Start) = (bytes, start);

    public static BackupKeys Keys { get; } = new(Secret);

    public byte[] Bytes { get; }

    /// <summary>Where the first chunk begins.</summary>
    public int Start { get; }

    public int Chunks => (Bytes.Length - Start + Sealed - 1) / Sealed;

    public static async Task<SampleBackup> MakeAsync(string schema = "Initial", int rows = 300)
    {
        var head = BackupHead.New(new(
            new DateTime(2026, 11, 29, 4, 0, 0, DateTimeKind.Utc), "AuthServer 1.2.3", "sqlite", [schema],
            BackupDescription.Brotli, ChunkSize));
        using var stream = new MemoryStream();
        await head.WriteAsync(stream, Keys, CancellationToken.None);
        var start = (int)stream.Length;
        await using var payload = new PayloadWriter(stream, head);
        await payload.WriteAsync(People, sink =>
        {
            for (var i = 0; i < rows; i++)
            {
                sink.Row.AddNumber(i);
                if (i % 3 == 0) sink.Row.AddNull();
                else sink.Row.AddBytes(Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData([(byte)i, (byte)(i >> 8)]))));
                sink.Row.AddTime(i * 1_000_000L);
                sink.End();
            }

            return Task.CompletedTask;
        }, progress: null, CancellationToken.None);
        await payload.CompleteAsync(CancellationToken.None);
        return new(stream.ToArray(), start);
    }

    /// <summary>The place of a chunk in the file; the last one may be shorter.</summary>
    public Range Chunk(int index) =>
        new(Start + index * Sealed, Math.Min(Start + (index + 1) * Sealed, Bytes.Length));

    public SampleBackup With(Action<byte[]> change)
    {
        var copy = (byte[])Bytes.Clone();
        change(copy);
        return new(copy, Start);
    }

    public SampleBackup Of(params ReadOnlySpan<Range> parts)
    {
        var bytes = new List<byte>();
        foreach (var part in parts) bytes.AddRange(Bytes[part]);
        return new([.. bytes], Start);
    }

    public SampleBackup Followed(ReadOnlySpan<byte> more) => new([.. Bytes, .. more], Start);

    public Task<BackupContent> ReadAsync(BackupKeys? keys = null) =>
        BackupReading.VerifyAsync(new MemoryStream(Bytes), keys ?? Keys, progress: null, CancellationToken.None);

    /// <summary>Null: it is read as if nothing had happened.</summary>
    public async Task<BackupFault?> FaultAsync(BackupKeys? keys = null)
    {
        try
        {
            await ReadAsync(keys);
            return null;
        }
        catch (BackupRefusedException refused)
        {
            return refused.Fault;
        }
    }
}
