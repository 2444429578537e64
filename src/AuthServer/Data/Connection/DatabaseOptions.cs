using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>Which database the server uses, and how many connections.</summary>
public sealed class DatabaseOptions : ICheckedSettings
{
    // The specification's ceiling for one process.
    private const int MostConnections = 100;

    /// <summary>
    /// The PostgreSQL database as postgresql://user:password@host:port/database?sslmode=verify-full, special characters percent-encoded.
    /// sslmode=require encrypts and believes any server, verify-ca wants a certificate of an authority that is trusted, verify-full also
    /// one for this host. sslrootcert names the authorities (absent: those of this machine), sslcert and sslkey the certificate of this
    /// server, sslpassword opens an encrypted key; all are paths of PEM files. Absent: an embedded SQLite file in the data directory.
    /// </summary>
    [Setting("DATABASE_URL", Secret = true, Cure = "postgresql://user:password@host:5432/database")]
    public string? Url { get; set; }

    /// <summary>Connections that are kept ready, per process (PostgreSQL).</summary>
    [Setting("DATABASE_POOL_SIZE", Minimum = 1, Maximum = MostConnections)]
    public int PoolSize { get; set; } = 20;

    /// <summary>Further connections under load; together with DATABASE_POOL_SIZE at most 100 per process.</summary>
    [Setting("DATABASE_MAX_OVERFLOW", Minimum = 0, Maximum = MostConnections)]
    public int MaxOverflow { get; set; } = 30;

    /// <summary>
    /// Apply pending migrations when the server starts. An empty database and the embedded one are always migrated; any other with pending
    /// migrations refuses to start without this.
    /// </summary>
    [Setting("AUTHSERVER_MIGRATE")]
    public bool Migrate { get; set; }

    /// <summary>
    /// Encrypt the embedded SQLite file as a whole (AES-256, with a key derived from SECRET_KEY). A plain file is encrypted at the next
    /// start; off leaves it plain, and refuses one that is encrypted. PostgreSQL: no meaning.
    /// </summary>
    [Setting("SQLITE_ENCRYPTION", Cure = "on or off")]
    public bool EncryptFile { get; set; } = true;

    /// <summary>Null: the embedded SQLite file.</summary>
    public NpgsqlConnectionStringBuilder? Postgres { get; private set; }

    public bool IsEmbedded => Postgres is null;

    /// <summary>The database for a person to read, without credentials.</summary>
    public string Describe(DataDirectory directory) => Postgres is { } postgres
        ? $"PostgreSQL, {postgres.Database} at {postgres.Host}:{postgres.Port}"
        : $"SQLite, {directory.FileAt(EmbeddedFile.FileName)}";

    public void Check(SettingProblems problems)
    {
        if (PoolSize + MaxOverflow > MostConnections)
        {
            problems.Add("DATABASE_MAX_OVERFLOW", $"makes {PoolSize + MaxOverflow} connections together with DATABASE_POOL_SIZE",
                $"keep the two at {MostConnections} or fewer");
        }
        if (Url is null) return;
        Postgres = PostgresUrl.Parse(Url, out var wrong);
        if (Postgres is null)
        {
            problems.Add(
                "DATABASE_URL", wrong, "set it to postgresql://user:password@host:5432/database with special characters percent-encoded");
            return;
        }
        // The converter stores UTC in TIMESTAMP columns; now() must mean the same.
        Postgres.Timezone = "UTC";
        Postgres.ApplicationName ??= "AuthServer";
        Postgres.MinPoolSize = PoolSize;
        // At least two: the start lock holds one.
        Postgres.MaxPoolSize = Math.Max(2, PoolSize + MaxOverflow);
    }
}
