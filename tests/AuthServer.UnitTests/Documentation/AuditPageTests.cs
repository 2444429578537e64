using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Documentation;

/// <summary>docs/audit.md names every column and every kind of the audit trail.</summary>
public sealed class AuditPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Sources.Root, "docs", "audit.md"));

    [Fact]
    public void Every_column_is_explained() => Named(typeof(AuditEvent).GetProperties().Select(property =>
        string.Concat(property.Name.Select((c, i) => char.IsUpper(c)
            && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"))));

    [Fact]
    public void Every_kind_is_explained() => Named(typeof(AuditKinds).GetFields().Select(field => (string)field.GetRawConstantValue()!));

    private static void Named(IEnumerable<string> words) =>
        Assert.Equal([], words.Where(word => !Page.Contains($"`{word}`", StringComparison.Ordinal)));
}
