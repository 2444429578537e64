using System.Data.Common;
using AuthServer.Configuration;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Data.Connection;

/// <summary>The one place that knows how the embedded file is opened.</summary>
public static class SqliteSetup
{
    public const string FileName = "auth.db";

    // synchronous=FULL: an answered refresh survives a power cut, otherwise a client would hold a token that is older than the row's.
    private const string ConnectionPragmas = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";

    public static void Use(DbContextOptionsBuilder builder, DataDirectory directory) =>
        builder.UseSqlite(ConnectionString(directory)).AddInterceptors(Pragmas.Instance);

    /// <summary>Connections of the same pool, for statements without EF Core.</summary>
    public static DbDataSource Source(DataDirectory directory) => new FileSource(ConnectionString(directory));

    /// <summary>Makes the file readable by the server's user alone; SQLite gives its log and index files the same mode.</summary>
    public static void Create(DataDirectory directory)
    {
        // Never opened when it is there: closing it would drop the locks that SQLite holds in this process (POSIX).
        if (File.Exists(directory.FileAt(FileName))) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(directory.FileAt(FileName), options);
    }

    private static string ConnectionString(DataDirectory directory) => new SqliteConnectionStringBuilder
    {
        DataSource = directory.FileAt(FileName),
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>What SQLite keeps per connection, and the journal mode that lets readers go on while one writes.</summary>
    private static void SetPragmas(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ConnectionPragmas;
        command.ExecuteNonQuery();
    }

    private sealed class FileSource(string connectionString) : DbDataSource
    {
        public override string ConnectionString => connectionString;

        protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);

        protected override DbConnection OpenDbConnection()
        {
            var connection = CreateDbConnection();
            try
            {
                connection.Open();
                SetPragmas(connection);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }

        // The driver has no asynchronous work: SQLite runs in this process.
        protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
            new(OpenDbConnection());
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
