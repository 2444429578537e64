using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Postgres;

/// <summary>Lets a committed write of clients, scopes, resources or keys tell every server that it listens for.</summary>
[DbContext(typeof(PostgresAuthDbContext))]
[Migration("20261129080000_ChangeNotices")]
public sealed class ChangeNotices : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        -- The payload is the table and nothing else, because every user of the database may listen.
        CREATE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
        BEGIN
          PERFORM pg_notify('authserver_changes', TG_TABLE_NAME);
          RETURN NULL;
        END $$;
        CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON clients
          FOR EACH STATEMENT EXECUTE FUNCTION announce_change();
        CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON scopes
          FOR EACH STATEMENT EXECUTE FUNCTION announce_change();
        CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON resources
          FOR EACH STATEMENT EXECUTE FUNCTION announce_change();
        CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON keys
          FOR EACH STATEMENT EXECUTE FUNCTION announce_change();
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP TRIGGER announce_change ON clients;
        DROP TRIGGER announce_change ON scopes;
        DROP TRIGGER announce_change ON resources;
        DROP TRIGGER announce_change ON keys;
        DROP FUNCTION announce_change();
        """);
}
