using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.Data.Migrations.Postgres;

/// <summary>What keeps rows right that another SQL client writes: e-mail keys, UTC stamps, a moving updated_at.</summary>
[DbContext(typeof(PostgresAuthDbContext))]
[Migration("20261124140001_SqlClients")]
public sealed class SqlClients : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        -- The specification asks for a UNIQUE constraint, not only for a unique index.
        DROP INDEX users_email_key;
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

        CREATE FUNCTION users_before_write() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            IF NEW.email_key IS NULL THEN NEW.email_key := lower(normalize(NEW.email, NFKC)); END IF;
            -- DEFAULT now() is local time of the session: only the default is exactly now(), and it becomes UTC.
            IF NEW.created_at = now()::timestamp THEN NEW.created_at := now() AT TIME ZONE 'UTC'; END IF;
            IF NEW.updated_at = now()::timestamp THEN NEW.updated_at := now() AT TIME ZONE 'UTC'; END IF;
          ELSE
            IF NEW.email IS DISTINCT FROM OLD.email AND NEW.email_key IS NOT DISTINCT FROM OLD.email_key THEN
              NEW.email_key := lower(normalize(NEW.email, NFKC));
            END IF;
            IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN
              NEW.updated_at := clock_timestamp() AT TIME ZONE 'UTC';
            END IF;
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER users_before_write BEFORE INSERT OR UPDATE ON users
          FOR EACH ROW EXECUTE FUNCTION users_before_write();

        CREATE FUNCTION user_sessions_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.created_at = now()::timestamp THEN NEW.created_at := now() AT TIME ZONE 'UTC'; END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER user_sessions_before_insert BEFORE INSERT ON user_sessions
          FOR EACH ROW EXECUTE FUNCTION user_sessions_before_insert();
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP TRIGGER user_sessions_before_insert ON user_sessions;
        DROP FUNCTION user_sessions_before_insert();
        DROP TRIGGER users_before_write ON users;
        DROP FUNCTION users_before_write();
        ALTER TABLE users DROP CONSTRAINT users_email_key;
        CREATE UNIQUE INDEX users_email_key ON users (email);
        """);
}
