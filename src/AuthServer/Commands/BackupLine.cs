using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Backup.Rows;

namespace AuthServer.Commands;

/// <summary>A backup as the commands print it with --json.</summary>
internal sealed record BackupLine(
    string Name, string Place, DateTime? CreatedAt = null, string? Product = null, string? Source = null,
    IReadOnlyList<string>? Schema = null, IReadOnlyList<TableTotal>? Tables = null, bool? HasDamagedHalf = null)
{
    public static BackupLine Of(
        string name, IBackupPlace place, BackupDescription description, IReadOnlyList<TableTotal> tables, bool? hasDamagedHalf = null) =>
        new(name, place.Description, description.CreatedAt, Product: description.Product, Source: description.Source,
            Schema: description.Schema, Tables: tables, HasDamagedHalf: hasDamagedHalf);

    public void PrintJson() => Console.WriteLine(JsonSerializer.Serialize(this, BackupLineJson.Default.BackupLine));

    /// <summary>The tables that have rows.</summary>
    public static void Print(IReadOnlyList<TableTotal> tables)
    {
        foreach (var table in tables.Where(t => t.Rows > 0)) Console.WriteLine($"  {table.Table,-22} {table.Rows,12:N0}");
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupLine))]
[JsonSerializable(typeof(IEnumerable<BackupLine>))]
internal sealed partial class BackupLineJson : JsonSerializerContext;
