using AuthServer.Data;
using AuthServer.Data.Encryption;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.IntegrationTests.Fixtures;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>A database for one server: a copy of one that was made once, with the settings that lead there.</summary>
public sealed class TestDatabase : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-test-");

    private TestDatabase(DatabaseKind kind) => Kind = kind;

    public DatabaseKind Kind { get; }

    public string Folder => _folder.FullName;

    /// <summary>For a connection beside the server's.</summary>
    public string ConnectionString { get; private set; } = "";

    public Dictionary<string, string> Settings { get; } = [];

    /// <param name="migrated">False: empty, so that the server's own start migrates it.</param>
    /// <param name="cluster">Null: the shared one.</param>
    public static Task<TestDatabase> CreateAsync(DatabaseKind kind, bool migrated = true, PostgresCluster? cluster = null) =>
        CreateAsync(kind, migrated && (cluster is null || kind == DatabaseKind.Sqlite) ? DatabaseTemplate.Migrated(kind) : null, cluster);

    /// <param name="template">What it is a copy of; null: empty.</param>
    /// <param name="cluster">Null: the shared one, which has the templates.</param>
    internal static async Task<TestDatabase> CreateAsync(
        DatabaseKind kind, DatabaseTemplate? template, PostgresCluster? cluster = null)
    {
        var database = new TestDatabase(kind);
        database.Settings["AUTHSERVER_DATA"] = database.Folder;
        if (kind == DatabaseKind.Sqlite)
        {
            var file = Path.Combine(database.Folder, EmbeddedFile.FileName);
            if (template is not null) await File.WriteAllBytesAsync(file, await template.FileAsync());
            database.ConnectionString = EncryptedSqlite.ConnectionString(database.Folder, AuthServerHost.SecretKey);
            return database;
        }

        var server = cluster ?? await SharedServers.PostgresAsync();
        var name = await server.CreateDatabaseAsync(template is null ? null : await template.NameAsync());
        database.ConnectionString = server.ConnectionString(name);
        database.Settings["DATABASE_URL"] = server.Url(name);
        // Many servers share one cluster here.
        database.Settings["DATABASE_POOL_SIZE"] = "1";
        return database;
    }

    /// <summary>Another cluster has it now.</summary>
    public void MovedTo(PostgresCluster cluster) =>
        ConnectionString = cluster.ConnectionString(new NpgsqlConnectionStringBuilder(ConnectionString).Database!);

    /// <summary>A context on this database, beside the server's.</summary>
    public AuthDbContext OpenContext() => Kind == DatabaseKind.Sqlite ? Sqlite(ConnectionString) : Postgres(ConnectionString);

    /// <summary>For a server that has encrypted its file with another secret than that of the fixture.</summary>
    public void EncryptedWith(string secretKey)
    {
        if (Kind == DatabaseKind.Sqlite) ConnectionString = EncryptedSqlite.ConnectionString(Folder, secretKey);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        for (var turn = 1; ; turn++)
        {
            try
            {
                _folder.Delete(recursive: true);
                return;
            }
            catch (IOException) when (turn < 10)
            {
                // Work in the background has made another file meanwhile; it ends with the server.
            }
        }
    }

    private static SqliteAuthDbContext Sqlite(string connection) =>
        new(new DbContextOptionsBuilder<SqliteAuthDbContext>().UseSqlite(connection).UseSnakeCaseNamingConvention().Options);

    private static PostgresAuthDbContext Postgres(string connection) =>
        new(new DbContextOptionsBuilder<PostgresAuthDbContext>().UseNpgsql(connection).UseSnakeCaseNamingConvention().Options);
}
