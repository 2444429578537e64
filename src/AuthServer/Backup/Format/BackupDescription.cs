using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuthServer.Backup.Format;

/// <summary>What a backup says about itself in clear: no names, no addresses, no counts.</summary>
/// <param name="CreatedAt">UTC; the moment of the snapshot.</param>
/// <param name="Product">Who made it, with the version.</param>
/// <param name="Source">The database it was read from: sqlite or postgresql.</param>
/// <param name="Schema">The migrations of the database, without their timestamps, in order.</param>
/// <param name="Compression">Of the content: brotli.</param>
/// <param name="ChunkSize">Plain bytes of each chunk but the last.</param>
public sealed record BackupDescription(
    DateTime CreatedAt, string Product, string Source, IReadOnlyList<string> Schema, string Compression, int ChunkSize)
{
    public const string Brotli = "brotli";

    /// <summary>Larger ones are refused before memory is given to them.</summary>
    internal const int LargestText = 1 << 16, LargestChunk = 1 << 24;

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupDescription);

    /// <returns>Null: it is not one.</returns>
    internal static BackupDescription? Read(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, BackupJson.Default.BackupDescription) is
            { Product: not null, Source: not null, Schema: not null, Compression: not null, ChunkSize: > 0 and <= LargestChunk } read
                ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BackupDescription))]
internal sealed partial class BackupJson : JsonSerializerContext;
