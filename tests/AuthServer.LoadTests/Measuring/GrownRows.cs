using System.Globalization;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Reporting;

namespace AuthServer.LoadTests.Measuring;

/// <summary>How many rows the large database gets.</summary>
internal sealed record GrownSize(int Users, int Sessions);

/// <summary>Makes users, sessions and audit rows in SQL, and tells how large they are.</summary>
internal static class GrownRows
{
    /// <summary>Every grown user has the password of the cast.</summary>
    public static string Email(int user) => $"grown{user}@example.test";

    private const string Fill = """
        SET session_replication_role = replica;
        SET synchronous_commit = off;
        INSERT INTO users (id, email, email_key, password_hash, first_name, last_name, security_stamp, created_at, updated_at)
        SELECT lpad(to_hex(i), 32, '0')::uuid, 'grown' || i || '@example.test', 'grown' || i || '@example.test', '@hash', 'Grown',
          'Person', md5(i::text), TIMESTAMP '2024-01-01' + i * INTERVAL '30 seconds', TIMESTAMP '2024-01-01' + i * INTERVAL '30 seconds'
        FROM generate_series(1, @users) i;
        INSERT INTO user_sessions (id, user_id, token_hash, expires_at, absolute_expires_at, created_at, last_seen_at, kind, client_id,
          scopes, offline, security_stamp, auth_time, amr, acr, ip_address, user_agent, persistent, rotation_counter)
        SELECT gen_random_uuid(), lpad(to_hex(1 + i % @users), 32, '0')::uuid, encode(sha256(i::text::bytea), 'hex'),
          now() + INTERVAL '1 day' + i * INTERVAL '0.5 seconds', now() + INTERVAL '90 days', now(), now(), sign(i % 5),
          CASE WHEN i % 5 > 0 THEN 'app' END, 'openid offline_access notes:read', i % 5 > 0, md5((1 + i % @users)::text), now(), 'pwd',
          '1', '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', false, 0
        FROM generate_series(1, @sessions) i;
        INSERT INTO audit_events (id, occurred_at, kind, actor_id, subject_id, client_id, session_id, ip_address, user_agent, detail)
        SELECT gen_random_uuid(), now() - i * INTERVAL '20 seconds', 'session.opened', u, u, 'app', gen_random_uuid(), '203.0.113.7',
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'offline'
        FROM (SELECT i, lpad(to_hex(i), 32, '0')::uuid AS u FROM generate_series(1, @users) i) AS numbered;
        RESET session_replication_role;
        """;

    public static async Task FillAsync(PostgresCluster cluster, string database, GrownSize size)
    {
        await cluster.ExecuteAsync(database, Fill.Replace("@hash", Cast.PasswordHash, StringComparison.Ordinal)
            .Replace("@users", size.Users.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@sessions", size.Sessions.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        // Outside of a transaction; it also writes the visibility map, as autovacuum does in days.
        foreach (var table in Tables) await cluster.ExecuteAsync(database, $"VACUUM ANALYZE {table}");
        await cluster.ExecuteAsync(database, "CHECKPOINT");
    }

    /// <summary>Expired sessions for a purge.</summary>
    public static Task ExpireAsync(PostgresCluster cluster, string database, int sessions) => cluster.ExecuteAsync(
        database,
        $"""
        INSERT INTO user_sessions (id, user_id, token_hash, expires_at, created_at, kind)
        SELECT gen_random_uuid(), NULL, md5(i::text), now() - INTERVAL '1 day' - i * INTERVAL '1 second', now(), 1
        FROM generate_series(1, {sessions}) i
        """);

    public static async Task<string> SizesAsync(PostgresCluster cluster, string database)
    {
        var table = new TextTable("table", "rows", "MB with indexes", "bytes per row, table", "bytes per row, indexes");
        foreach (var name in Tables)
        {
            var rows = Convert.ToDouble(await cluster.ScalarAsync(database, $"SELECT count(*) FROM {name}"), CultureInfo.InvariantCulture);
            var heap = await BytesAsync("pg_table_size", name);
            var indexes = await BytesAsync("pg_indexes_size", name);
            table.Add(name, Numbers.Short(rows), Numbers.Short((heap + indexes) / 1e6), Numbers.Short(heap / rows),
                Numbers.Short(indexes / rows));
        }

        return table.ToString();

        async Task<double> BytesAsync(string function, string name) =>
            Convert.ToDouble(await cluster.ScalarAsync(database, $"SELECT {function}('{name}')"), CultureInfo.InvariantCulture);
    }

    private static readonly string[] Tables = ["users", "user_sessions", "audit_events"];
}
