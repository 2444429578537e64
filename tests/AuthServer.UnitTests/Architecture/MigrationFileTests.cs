namespace AuthServer.UnitTests.Architecture;

/// <summary>A first start builds the model of each migration that has one, which takes longer than its SQL.</summary>
public sealed class MigrationFileTests
{
    [Theory]
    [InlineData("Postgres")]
    [InlineData("Sqlite")]
    public void Only_the_newest_migration_with_a_model_keeps_it(string database)
    {
        var folder = Path.Combine(Sources.Root, "src", "AuthServer", "Data", "Migrations", database);
        // The newest may be SQL alone, which has no model.
        Assert.Single(Directory.GetFiles(folder, "*.Designer.cs"));
    }
}
