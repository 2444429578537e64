using AuthServer.IntegrationTests.Fixtures;
using Npgsql;

namespace AuthServer.IntegrationTests.Statements;

/// <summary>A server on a PostgreSQL that has so many rows that the planner decides as it does with millions, and logs its plans.</summary>
/// <remarks>
/// Reading a whole table costs in proportion to its rows, an index their logarithm: what is decided for an index here is decided so
/// for every larger table.
/// </remarks>
public sealed class GrownDatabase : IAsyncLifetime
{
    private const string Rows =
        """
        SET session_replication_role = replica;
        INSERT INTO users (id, email, email_key, password_hash, security_stamp, created_at)
        SELECT lpad(to_hex(i), 32, '0')::uuid, 'grown' || i || '@example.test', 'grown' || i || '@example.test', '!', 'stamp',
          TIMESTAMP '2024-01-01' + i * INTERVAL '1 minute'
        FROM generate_series(1, 30000) i;
        INSERT INTO user_sessions (id, user_id, token_hash, expires_at, absolute_expires_at, created_at, kind, client_id, security_stamp)
        SELECT gen_random_uuid(), lpad(to_hex(1 + i % 30000), 32, '0')::uuid, md5(i::text),
          now() + (i - 60) * INTERVAL '1 minute', now() + INTERVAL '1 year', now(), sign(i % 5), 'other', 'stamp'
        FROM generate_series(1, 150000) i;
        INSERT INTO audit_events (id, occurred_at, kind, subject_id)
        SELECT gen_random_uuid(), now() - i * INTERVAL '1 minute', 'session.opened', lpad(to_hex(1 + i % 30000), 32, '0')::uuid
        FROM generate_series(1, 50000) i;
        INSERT INTO authorizations (id, status, subject, type, creation_date)
        SELECT gen_random_uuid(), 'valid', lpad(to_hex(i), 32, '0')::uuid::text, 'permanent', now() FROM generate_series(1, 30000) i;
        INSERT INTO tokens (id, status, subject, type, reference_id, expiration_date)
        SELECT gen_random_uuid(), 'redeemed', i::text, 'code', md5(i::text), now() + i * INTERVAL '1 minute'
        FROM generate_series(1, 30000) i;
        INSERT INTO user_roles (user_id, role_id)
        SELECT users.id, roles.id FROM users, roles WHERE users.email LIKE 'grown%';
        ANALYZE;
        """;

    private const string Explained =
        """
        ALTER DATABASE @database SET session_preload_libraries = 'auto_explain';
        ALTER DATABASE @database SET auto_explain.log_min_duration = 0;
        ALTER DATABASE @database SET auto_explain.log_format = 'json';
        ALTER DATABASE @database SET auto_explain.log_nested_statements = on;
        ALTER DATABASE @database SET log_min_messages = 'log';
        """;

    private PostgresCluster _cluster = null!;

    public AuthServerHost Host { get; private set; } = null!;

    private string Database => new NpgsqlConnectionStringBuilder(Host.Database.ConnectionString).Database!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await SharedServers.PostgresAsync();
        Host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Postgres));
        await ExecuteAsync(Rows);
        await ExecuteAsync(Explained);
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public Task ExecuteAsync(string sql) => _cluster.ExecuteAsync(Database, sql.Replace("@database", Database, StringComparison.Ordinal));

    /// <summary>From now on plans do, or do not, depend on the values; every connection begins anew.</summary>
    /// <param name="mode">Of PostgreSQL's plan_cache_mode.</param>
    public async Task PlanAsync(string mode)
    {
        await ExecuteAsync(
            $"""
            ALTER DATABASE @database SET plan_cache_mode = '{mode}';
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '@database' AND pid <> pg_backend_pid()
            """);
        // The pool learns of its broken connections by using them.
        var person = new ApiCaller(Host.Issuer);
        while (!(await person.LoginAsync(Seed.Bob)).Has("access_token")) await Task.Yield();
    }

    /// <summary>The plans of what the server and its requests do meanwhile.</summary>
    internal async Task<IReadOnlyList<QueryPlan>> ExplainAsync(Func<Task> act)
    {
        await SettleAsync();
        var start = _cluster.Log.Length;
        var record = await Host.Sql.MeasureAsync(act);
        await SettleAsync();
        var plans = QueryPlan.Read(_cluster.Log[start..]);
        Assert.True(plans.Count >= record.Statements.Count, $"Some plans are missing: {plans.Count} for {record}");
        return plans;
    }

    // The log comes through a pipe: what was written before the mark has arrived with it.
    private async Task SettleAsync()
    {
        var mark = $"mark {Guid.CreateVersion7()}";
        await ExecuteAsync($"SELECT '{mark}'");
        await Eventually.UntilAsync("the log has the mark", () => _cluster.Log.Contains(mark, StringComparison.Ordinal));
    }
}
