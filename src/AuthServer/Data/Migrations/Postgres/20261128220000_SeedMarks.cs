using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Postgres;

/// <summary>Which entries of seed files have been applied; the table is no part of the model, because only the seed asks it.</summary>
[DbContext(typeof(PostgresAuthDbContext))]
[Migration("20261128220000_SeedMarks")]
public sealed class SeedMarks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE seed_marks (
          entry varchar(300) PRIMARY KEY,
          key_mark bigint NOT NULL,
          content varchar(64) NOT NULL,
          secret varchar(64) NOT NULL,
          applied_at timestamp NOT NULL
        );
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE seed_marks;");
}
