using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Postgres;

/// <summary>Room for client ids that are addresses of documents; the other tables that name a client have had it.</summary>
/// <remarks>
/// PostgreSQL neither rewrites a table nor builds an index anew for a longer varchar.
/// </remarks>
[DbContext(typeof(PostgresAuthDbContext))]
[Migration("20261130050000_LongerClientIds")]
public sealed class LongerClientIds : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("ALTER TABLE clients ALTER COLUMN client_id TYPE character varying(255);");

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("ALTER TABLE clients ALTER COLUMN client_id TYPE character varying(100);");
}
