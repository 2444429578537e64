using AuthServer.Data.Sql;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>The one connection of the readiness check, which is not one of the pool of the requests.</summary>
/// <remarks>
/// While statements are slow, that pool is full on every replica at once. Readiness that waited for a connection of it would then take all
/// of them away from the balancer, although each still serves.
/// </remarks>
public sealed class ProbeConnection : IDisposable
{
    /// <summary>How long the database may take: a probe times out after a few seconds, and a later answer counts as none.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly NpgsqlDataSource? _source;

    /// <param name="options">Which database.</param>
    /// <param name="requests">The embedded file has no pool that could be full.</param>
    public ProbeConnection(DatabaseOptions options, SqlRunner requests)
    {
        Sql = requests;
        if (options.Postgres is not { } postgres) return;
        var seconds = (int)Patience.TotalSeconds;
        var own = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            MinPoolSize = 0, MaxPoolSize = 1, CommandTimeout = seconds,
            // For each host: one that is silent leaves time for the next.
            Timeout = PostgresUrl.HasSeveralHosts(postgres) ? 1 : seconds,
            ApplicationName = postgres.ApplicationName + " health",
        };
        _source = DatabaseSetup.Source(own, "authplatform health");
        Sql = new SqlRunner(_source);
    }

    public SqlRunner Sql { get; }

    /// <summary>
    /// Lets the next question open a new connection: the kept one may be broken, or lead to a server that is a standby by now.
    /// </summary>
    /// <returns>False: there is nothing to renew.</returns>
    public bool Renew()
    {
        _source?.Clear();
        return _source is not null;
    }

    public void Dispose() => _source?.Dispose();
}
