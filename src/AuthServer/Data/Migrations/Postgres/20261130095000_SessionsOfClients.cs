using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Postgres;

/// <summary>
/// Finds the sessions of a client: whether it is used is asked of many clients at once, in transactions that write. Browser sessions have
/// no client, and pay nothing for it; nothing changes the column of a row, so that a refresh stays an update in place.
/// </summary>
/// <remarks>
/// By lower(client_id), which only the questions about a client name. By client_id alone the statements of refreshes and redemptions, which
/// name it beside an id, would take this index whenever the statistics do not know yet how many sessions a client has.
///
/// CREATE INDEX lets others read and not write while it reads the table. Who cannot wait so long makes it before, with CONCURRENTLY, which
/// no transaction may contain: then this one finds it and does nothing. It is of no use to the former version, and does not trouble it.
/// </remarks>
[DbContext(typeof(PostgresAuthDbContext))]
[Migration("20261130095000_SessionsOfClients")]
public sealed class SessionsOfClients : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "CREATE INDEX IF NOT EXISTS idx_sessions_client_id ON user_sessions (lower(client_id)) WHERE client_id IS NOT NULL;");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP INDEX idx_sessions_client_id;");
}
