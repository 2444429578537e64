using System.Data.Common;
using AuthServer.Data;
using AuthServer.Data.Connection;
using Npgsql;
using Quartz.Impl.AdoJobStore.Common;

namespace AuthServer.Hosting.Jobs;

/// <summary>The connections of the scheduler, apart from those of requests.</summary>
/// <remarks>
/// Quartz opens connections synchronously on threads of the pool. Where it waited for one that requests use, their answers would wait for
/// its thread: on one core nothing went on for seconds.
/// </remarks>
internal sealed class JobConnections(DatabaseOptions options) : DbProvider("Npgsql", "of the data source"), IDisposable
{
    // A connection to a former primary must not stay.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1), Patience = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source = DatabaseSetup.Source(new(options.Postgres!.ConnectionString)
    {
        MinPoolSize = 0,
        MaxPoolSize = DatabaseOptions.ForJobs,
        ConnectionLifetime = (int)Lifetime.TotalSeconds,
        Timeout = (int)Patience.TotalSeconds,
        ApplicationName = options.Postgres.ApplicationName + " jobs",
    }, "authplatform jobs");

    public override DbConnection CreateConnection() => _source.CreateConnection();

    public void Dispose() => _source.Dispose();
}
