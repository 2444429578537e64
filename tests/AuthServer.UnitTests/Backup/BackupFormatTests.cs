using System.Security.Cryptography;
using AuthServer.Backup.Format;

namespace AuthServer.UnitTests.Backup;

/// <summary>What is done to a backup is refused, each fault by its name.</summary>
public sealed class BackupFormatTests
{
    private static readonly BackupKeys Other = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task A_whole_one_is_read()
    {
        var backup = await SampleBackup.MakeAsync();
        Assert.True(backup.Chunks > 4);
        var content = await backup.ReadAsync();
        Assert.Equal(300, Assert.Single(content.Tables).Rows);
        Assert.Equal("AuthServer 1.2.3", content.Description.Product);
        Assert.False(content.HasDamagedHalf);
    }

    [Fact]
    public async Task Every_bit_that_changes_is_noticed()
    {
        var backup = await SampleBackup.MakeAsync();
        for (var at = 0; at < backup.Bytes.Length; at++)
        {
            var (place, changed) = (at, backup.With(bytes => bytes[at] ^= (byte)(1 << (at % 8))));
            var fault = await changed.FaultAsync();
            // Each half of the head is enough, and the damage is told all the same; id and length must be the same in both.
            var isShared = place % BackupHead.HalfSize is >= 12 and < 32;
            if (place >= BackupHead.Size || isShared) Assert.True(fault is not null, $"byte {place}");
            else
            {
                Assert.True(fault is null, $"byte {place}: {fault}");
                Assert.True((await changed.ReadAsync()).HasDamagedHalf, $"byte {place}");
            }
        }
    }

    [Fact]
    public async Task A_change_in_a_chunk_is_named()
    {
        var backup = await SampleBackup.MakeAsync();
        for (var chunk = 0; chunk < backup.Chunks; chunk++)
        {
            var (start, length) = backup.Chunk(chunk).GetOffsetAndLength(backup.Bytes.Length);
            foreach (var at in new[] { ChunkHeader.Size, length / 2, length - 1 })
                Assert.Equal(BackupFault.DamagedChunk, await backup.With(bytes => bytes[start + at] ^= 1).FaultAsync());
            Assert.Equal(BackupFault.ForeignChunk, await backup.With(bytes => bytes[start] ^= 1).FaultAsync());
        }
    }

    [Fact]
    public async Task Truncation_is_named_at_the_boundary_of_every_chunk_and_within_it()
    {
        var backup = await SampleBackup.MakeAsync();
        for (var chunk = 0; chunk < backup.Chunks; chunk++)
        {
            var start = backup.Chunk(chunk).Start.Value;
            foreach (var length in new[] { start, start + 1, start + ChunkHeader.Size, start + 40 })
                Assert.Equal(BackupFault.Truncated, await backup.Of(..length).FaultAsync());
        }

        foreach (var length in new[] { 10, BackupHead.HalfSize, BackupHead.Size - 1, BackupHead.Size, BackupHead.Size + 5 })
            Assert.Equal(BackupFault.Truncated, await backup.Of(..length).FaultAsync());
        Assert.Equal(BackupFault.NotABackup, await backup.Of(..0).FaultAsync());
    }

    [Fact]
    public async Task Swapped_doubled_and_removed_chunks_are_named()
    {
        var backup = await SampleBackup.MakeAsync();
        var (head, first, second, third) = (..backup.Start, backup.Chunk(0), backup.Chunk(1), backup.Chunk(2));
        var rest = backup.Chunk(3).Start..;
        Assert.Null(await backup.Of(head, first, second, third, rest).FaultAsync());
        Assert.Equal(BackupFault.ChunkOutOfPlace, await backup.Of(head, first, third, second, rest).FaultAsync());
        Assert.Equal(BackupFault.ChunkOutOfPlace, await backup.Of(head, second, first, third, rest).FaultAsync());
        Assert.Equal(BackupFault.ChunkOutOfPlace, await backup.Of(head, first, second, second, third, rest).FaultAsync());
        Assert.Equal(BackupFault.ChunkOutOfPlace, await backup.Of(head, first, third, rest).FaultAsync());
        Assert.Equal(BackupFault.ChunkOutOfPlace, await backup.Of(head, second, third, rest).FaultAsync());
        var last = backup.Chunk(backup.Chunks - 1);
        Assert.Equal(BackupFault.ChunkOutOfPlace, await backup.Of(head, last).FaultAsync());
        Assert.Equal(BackupFault.TrailingBytes, await backup.Followed(backup.Bytes[last]).FaultAsync());
        Assert.Equal(BackupFault.TrailingBytes, await backup.Followed([0]).FaultAsync());
    }

    [Fact]
    public async Task Chunks_and_heads_of_two_backups_do_not_mix()
    {
        var (backup, other) = (await SampleBackup.MakeAsync(), await SampleBackup.MakeAsync());
        var mixed = backup.With(bytes => other.Bytes[other.Chunk(1)].CopyTo(bytes.AsSpan(backup.Chunk(1).Start.Value)));
        Assert.Equal(BackupFault.ForeignChunk, await mixed.FaultAsync());
        mixed = backup.With(bytes => other.Bytes.AsSpan(0, BackupHead.Size).CopyTo(bytes));
        Assert.Equal(BackupFault.ForeignChunk, await mixed.FaultAsync());
        mixed = backup.With(bytes => other.Bytes.AsSpan(0, BackupHead.HalfSize).CopyTo(bytes));
        Assert.Equal(BackupFault.DamagedHead, await mixed.FaultAsync());
        // Another description, as long as the true one.
        var newer = await SampleBackup.MakeAsync("Initiel");
        mixed = backup.With(bytes => newer.Bytes[BackupHead.Size..newer.Start].CopyTo(bytes.AsSpan(BackupHead.Size)));
        Assert.Equal(BackupFault.DamagedHead, await mixed.FaultAsync());
    }

    [Fact]
    public async Task Another_key_and_another_version_are_named()
    {
        var backup = await SampleBackup.MakeAsync();
        Assert.Equal(BackupFault.WrongKey, await backup.FaultAsync(Other));
        Assert.Equal(BackupFault.OtherVersion, await backup.With(bytes => bytes[9] = bytes[BackupHead.HalfSize + 9] = 2).FaultAsync());
        Assert.Equal(BackupFault.NotABackup, await backup.With(bytes => bytes[1] = bytes[BackupHead.HalfSize + 1] = 0).FaultAsync());
    }

    [Fact]
    public async Task A_new_key_takes_the_place_of_the_old_one_in_the_head_alone()
    {
        var backup = await SampleBackup.MakeAsync();
        var former = RandomNumberGenerator.GetBytes(32);
        var next = RandomNumberGenerator.GetBytes(32);
        var head = await BackupHead.ReadAsync(new MemoryStream(backup.Bytes), SampleBackup.Keys, CancellationToken.None);
        var bytes = head.ToBytes(new BackupKeys(next, former));
        Assert.Equal(BackupHead.Size, bytes.Length);
        var rekeyed = backup.With(all => bytes.CopyTo(all, 0));
        Assert.Null(await rekeyed.FaultAsync(new BackupKeys(former, next)));
        Assert.Equal(BackupFault.WrongKey, await rekeyed.FaultAsync());
    }

    [Fact]
    public async Task Whenever_rekeying_ends_the_backup_opens()
    {
        var backup = await SampleBackup.MakeAsync();
        var next = RandomNumberGenerator.GetBytes(32);
        var head = await BackupHead.ReadAsync(new MemoryStream(backup.Bytes), SampleBackup.Keys, CancellationToken.None);
        var bytes = head.ToBytes(new BackupKeys(next));
        var former = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        // The second half is written after the first one is on the disk; of the half that is being written any part may be there.
        for (var written = 0; written <= BackupHead.Size; written++)
        {
            var torn = backup.With(all => bytes.AsSpan(0, written).CopyTo(all));
            Assert.Null(await torn.FaultAsync(new BackupKeys(next, former)));
        }
    }

    [Fact]
    public async Task A_table_without_rows_and_one_of_many_chunks_are_read()
    {
        Assert.Equal(0, Assert.Single((await (await SampleBackup.MakeAsync(rows: 0)).ReadAsync()).Tables).Rows);
        Assert.Equal(100_000, Assert.Single((await (await SampleBackup.MakeAsync(rows: 100_000)).ReadAsync()).Tables).Rows);
    }
}
