using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthServer.Backup.Format;

/// <summary>
/// The first bytes of a backup: format, file id, and the data key, wrapped twice. The description follows; docs/backup-format.md has both.
/// </summary>
public sealed class BackupHead
{
    /// <summary>The part of a backup that `rekey` replaces.</summary>
    public const int Size = 2 * HalfSize;

    /// <summary>Each half wraps the data key by itself, so that one opens while the other is written.</summary>
    /// <remarks>Both name one id and length.</remarks>
    public const int HalfSize = 512;

    internal const int BindingSize = SHA256.HashSizeInBytes;
    private const ushort Version = 1;
    private const int VersionAt = 8, HalfAt = 10, IdAt = 12, IdSize = 16, LengthAt = 28, WrappedAt = 32;
    private const int WrappedSize = BackupKeys.MarkSize + BackupKeys.NonceSize + BackupKeys.DataKeySize + BackupKeys.TagSize;

    private readonly byte[] _id, _text, _dataKey;

    private BackupHead(byte[] id, byte[] text, BackupDescription description, byte[] dataKey)
    {
        (_id, _text, Description, _dataKey) = (id, text, description, dataKey);
        Binding = BindingOf(id, text);
    }

    public BackupDescription Description { get; }

    public Guid Id => new(_id, bigEndian: true);

    /// <summary>A half of the head is damaged, or has another key; the other one has opened it. `rekey` writes both anew.</summary>
    public bool HasDamagedHalf { get; private init; }

    internal ReadOnlySpan<byte> DataKey => _dataKey;

    /// <summary>Ties the data key and every chunk to this file and its description.</summary>
    internal byte[] Binding { get; }

    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'A', (byte)'P', (byte)'B', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A new backup with a new data key.</summary>
    public static BackupHead New(BackupDescription description) => new(
        Guid.CreateVersion7().ToByteArray(bigEndian: true), description.ToBytes(), description,
        RandomNumberGenerator.GetBytes(BackupKeys.DataKeySize));

    /// <summary>Reads head and description; the chunks follow.</summary>
    /// <exception cref="BackupRefusedException">It is no backup, or the keys do not open it.</exception>
    public static async Task<BackupHead> ReadAsync(Stream stream, BackupKeys keys, CancellationToken cancellation)
    {
        var bytes = new byte[Size];
        var read = await stream.ReadAtLeastAsync(bytes, Size, throwOnEndOfStream: false, cancellation);
        var halves = new[] { bytes.AsMemory(0, HalfSize), bytes.AsMemory(HalfSize) };
        if (read < Magic.Length || !halves.Any(half => half.Span.StartsWith(Magic)))
            throw new BackupRefusedException(BackupFault.NotABackup, "It is not a backup of this server.");
        if (read < Size) throw Truncated();
        if (!halves.Any(half => IsOfVersion(half.Span))) throw OtherVersion(halves);
        var whole = halves.Where((half, i) => IsWhole(half.Span, i)).ToArray();
        if (whole.Length == 0) throw Damaged();
        // Both halves name one id and one length of the description, which is read once.
        if (whole.Length == 2 && !whole[0].Span[IdAt..WrappedAt].SequenceEqual(whole[1].Span[IdAt..WrappedAt])) throw Damaged();
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(whole[0].Span[LengthAt..]);
        if (length is <= 0 or > BackupDescription.LargestText) throw Damaged();
        var text = new byte[length];
        if (await stream.ReadAtLeastAsync(text, length, throwOnEndOfStream: false, cancellation) < length) throw Truncated();
        return Open(whole, text, keys, out var known) ?? throw (known ? Damaged() : WrongKey(whole));
    }

    /// <summary>The head of the same backup under the first of <paramref name="keys"/>.</summary>
    public byte[] ToBytes(BackupKeys keys)
    {
        var bytes = new byte[Size];
        for (var i = 0; i < 2; i++)
        {
            var half = bytes.AsSpan(i * HalfSize, HalfSize);
            Magic.CopyTo(half);
            BinaryPrimitives.WriteUInt16BigEndian(half[VersionAt..], Version);
            BinaryPrimitives.WriteUInt16BigEndian(half[HalfAt..], (ushort)i);
            _id.CopyTo(half[IdAt..]);
            BinaryPrimitives.WriteUInt32BigEndian(half[LengthAt..], (uint)_text.Length);
            keys.Wrap(_dataKey, _id, Binding, half.Slice(WrappedAt, WrappedSize));
        }

        return bytes;
    }

    internal async Task WriteAsync(Stream stream, BackupKeys keys, CancellationToken cancellation)
    {
        await stream.WriteAsync(ToBytes(keys), cancellation);
        await stream.WriteAsync(_text, cancellation);
    }

    private static BackupHead? Open(Memory<byte>[] halves, byte[] text, BackupKeys keys, out bool known)
    {
        var id = halves[0].Slice(IdAt, IdSize).ToArray();
        var binding = BindingOf(id, text);
        var opened = halves.Select(half => keys.Unwrap(half.Span.Slice(WrappedAt, WrappedSize), id, binding)).ToList();
        known = opened.Any(half => half.Known);
        if (opened.Find(half => half.DataKey is not null).DataKey is not { } dataKey) return null;
        return BackupDescription.Read(text) is { } description
            ? new(id, text, description, dataKey) { HasDamagedHalf = halves.Length < 2 || opened.Exists(half => half.DataKey is null) }
            : null;
    }

    private static byte[] BindingOf(byte[] id, byte[] text)
    {
        Span<byte> start = stackalloc byte[VersionAt + 2 + IdSize + 4];
        Magic.CopyTo(start);
        BinaryPrimitives.WriteUInt16BigEndian(start[VersionAt..], Version);
        id.CopyTo(start[(VersionAt + 2)..]);
        BinaryPrimitives.WriteUInt32BigEndian(start[(VersionAt + 2 + IdSize)..], (uint)text.Length);
        return SHA256.HashData([.. start, .. text]);
    }

    private static bool IsOfVersion(ReadOnlySpan<byte> half) =>
        half.StartsWith(Magic) && BinaryPrimitives.ReadUInt16BigEndian(half[VersionAt..]) == Version;

    private static bool IsWhole(ReadOnlySpan<byte> half, int place) => IsOfVersion(half)
        && BinaryPrimitives.ReadUInt16BigEndian(half[HalfAt..]) == place && !half[(WrappedAt + WrappedSize)..].ContainsAnyExcept((byte)0);

    private static BackupRefusedException OtherVersion(Memory<byte>[] halves)
    {
        var version = BinaryPrimitives.ReadUInt16BigEndian(halves.First(h => h.Span.StartsWith(Magic)).Span[VersionAt..]);
        return new(BackupFault.OtherVersion, $"It is of format version {version}; this server reads version {Version}.");
    }

    private static BackupRefusedException WrongKey(Memory<byte>[] halves)
    {
        var mark = Convert.ToHexStringLower(halves[0].Span.Slice(WrappedAt, BackupKeys.MarkSize));
        return new(
            BackupFault.WrongKey,
            $"It was encrypted with another BACKUP_KEY (mark {mark}); set BACKUP_KEY or BACKUP_KEY_PREVIOUS to that one.");
    }

    private static BackupRefusedException Damaged() => new(
        BackupFault.DamagedHead, "Its head or its description is damaged. Another copy of the same file may be whole.");

    private static BackupRefusedException Truncated() => new(BackupFault.Truncated, "It ends within its head: the file is truncated.");
}
