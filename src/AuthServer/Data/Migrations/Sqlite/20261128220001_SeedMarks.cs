using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Sqlite;

/// <summary>Which entries of seed files have been applied; the table is no part of the model, because only the seed asks it.</summary>
[DbContext(typeof(SqliteAuthDbContext))]
[Migration("20261128220001_SeedMarks")]
public sealed class SeedMarks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE seed_marks (
          entry TEXT NOT NULL PRIMARY KEY,
          key_mark INTEGER NOT NULL,
          content TEXT NOT NULL,
          secret TEXT NOT NULL,
          applied_at TEXT NOT NULL
        );
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE seed_marks;");
}
