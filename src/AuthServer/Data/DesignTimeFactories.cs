using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace AuthServer.Data;

/// <summary>What <c>dotnet ef migrations add</c> uses; no database is opened.</summary>
public sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresAuthDbContext>
{
    public PostgresAuthDbContext CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<PostgresAuthDbContext>()
            .UseNpgsql("Host=localhost;Database=design").UseSnakeCaseNamingConvention().Options);
}

/// <inheritdoc cref="PostgresDesignTimeFactory"/>
public sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteAuthDbContext>
{
    public SqliteAuthDbContext CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<SqliteAuthDbContext>()
            .UseSqlite("Data Source=design.db").UseSnakeCaseNamingConvention().Options);
}
