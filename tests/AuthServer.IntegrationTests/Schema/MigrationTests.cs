using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Schema;

public sealed class MigrationTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task The_model_has_no_change_that_no_migration_makes(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind, migrated: false);
        await using var context = database.OpenContext();
        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task An_empty_database_is_migrated_and_a_second_time_changes_nothing(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind, migrated: false);
        await using var context = database.OpenContext();
        Assert.NotEmpty(await context.Database.GetPendingMigrationsAsync());
        await context.Database.MigrateAsync();
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
        await context.Database.MigrateAsync();
        Assert.Equal(0, await context.Users.CountAsync());
    }
}
