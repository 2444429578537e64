using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Sqlite;

/// <summary>Nothing: SQLite stores texts of any length.</summary>
/// <remarks>A backup names the migrations of its database; by this one PostgreSQL makes room before it takes the rows.</remarks>
[DbContext(typeof(SqliteAuthDbContext))]
[Migration("20261130050001_LongerClientIds")]
public sealed class LongerClientIds : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
    }
}
