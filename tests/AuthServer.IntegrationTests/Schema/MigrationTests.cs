using AuthServer.Data.Starting;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

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

    /// <summary>The start asks by these names, without the object mapper, whether the schema is current.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task The_names_that_the_start_asks_for_are_the_migrations(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind, migrated: false);
        await using var context = database.OpenContext();
        Assert.Equal(context.Database.GetMigrations(), kind == DatabaseKind.Sqlite ? MigrationNames.Sqlite : MigrationNames.Postgres);
    }

    /// <summary>What the start reads instead of building it must be what it would build.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task The_compiled_model_is_the_one_that_the_configurations_make(DatabaseKind kind)
    {
        using var database = await TestDatabase.CreateAsync(kind, migrated: false);
        await using var context = database.OpenContext();
        var made = Columns(context.GetService<IDesignTimeModel>().Model);
        Assert.NotEmpty(made);
        Assert.Equal(made, Columns(context.Model));
    }

    private static List<string> Columns(IModel model) =>
    [
        .. from table in model.GetRelationalModel().Tables
           from column in table.Columns
           let property = column.PropertyMappings[0].Property
           let converter = property.GetTypeMapping().Converter?.GetType().Name
           let line = $"{table.Name}.{column.Name} {column.StoreType} {(column.IsNullable ? "null" : "not null")} "
               + $"{property.Name} {property.ClrType.Name} {converter} {property.IsConcurrencyToken}"
           orderby line
           select line,
    ];
}
