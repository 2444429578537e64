using System.Data.Common;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Data.Connection;

/// <summary>The one place that knows how the embedded file is opened.</summary>
public static class SqliteSetup
{
    // synchronous=FULL: an answered refresh survives a power cut, otherwise a client would hold a token that is older than the row's.
    // temp_store=MEMORY: an encrypted database has no temporary files, which would be plain.
    private const string ConnectionPragmas =
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;";

    public static void Use(DbContextOptionsBuilder builder, EmbeddedFile file) => Use(builder, file.ConnectionString);

    public static void Use(DbContextOptionsBuilder builder, string connectionString) =>
        builder.UseSqlite(connectionString).AddInterceptors(Pragmas.Instance);

    /// <summary>Connections for statements without EF Core.</summary>
    public static DbDataSource Source(EmbeddedFile file) => new KeptConnections(file.ConnectionString, SetPragmas);

    /// <summary>What SQLite keeps per connection, and the journal mode that lets readers go on while one writes.</summary>
    private static void SetPragmas(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ConnectionPragmas;
        command.ExecuteNonQuery();
    }

    /// <summary>For a look that changes nothing.</summary>
    public static DbDataSource ReadOnlySource(EmbeddedFile file) => new LookSource(file);

    private sealed class LookSource(EmbeddedFile file) : DbDataSource
    {
        public override string ConnectionString => file.ReadOnlyConnectionString();

        protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);
    }

    /// <summary>Sets the same for the connections of EF Core.</summary>
    private sealed class Pragmas : DbConnectionInterceptor
    {
        public static readonly Pragmas Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => SetPragmas(connection);

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            // The driver has no asynchronous work: SQLite runs in this process.
            SetPragmas(connection);
            return Task.CompletedTask;
        }
    }
}
