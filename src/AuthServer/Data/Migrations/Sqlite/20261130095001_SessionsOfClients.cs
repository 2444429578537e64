using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Sqlite;

/// <summary>Finds the sessions of a client; that of PostgreSQL says why in this way.</summary>
[DbContext(typeof(SqliteAuthDbContext))]
[Migration("20261130095001_SessionsOfClients")]
public sealed class SessionsOfClients : Migration
{
    internal const string Index =
        "CREATE INDEX idx_sessions_client_id ON user_sessions (lower(client_id)) WHERE client_id IS NOT NULL;";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Index);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP INDEX idx_sessions_client_id;");
}
