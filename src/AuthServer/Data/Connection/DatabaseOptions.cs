using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>Which database the server uses, and how many connections.</summary>
public sealed class DatabaseOptions : ICheckedSettings
{
    /// <summary>
    /// What the scheduler may have. In use are one or two: the times of jobs, the check-in, what was missed, and the end of a job take one
    /// each, for a moment.
    /// </summary>
    public const int ForJobs = 4;

    /// <summary>Connections of a server that are not of its pool: one listens for changes, one is that of readiness.</summary>
    public const int BesidePool = 2 + ForJobs;

    // The specification's ceiling for one process.
    private const int MostConnections = 100;

    /// <summary>
    /// The PostgreSQL database as postgresql://user:password@host:port/database?sslmode=verify-full, special characters percent-encoded.
    /// sslmode=require encrypts and believes any server, verify-ca wants a certificate of an authority that is trusted, verify-full also
    /// one for this host. sslrootcert names the authorities (absent: those of this machine), sslcert and sslkey the certificate of this
    /// server, sslpassword opens an encrypted key; all are paths of PEM files. Several hosts, separated by commas, are asked in turn for
    /// the one that takes writes. pgbouncer=true: PgBouncer in transaction mode answers there. Absent: an embedded SQLite file in
    /// the data directory.
    /// </summary>
    [Setting("DATABASE_URL", Secret = true, Cure = "postgresql://user:password@host:5432/database")]
    public string? Url { get; set; }

    /// <summary>
    /// PostgreSQL itself, in the form of DATABASE_URL, where that names PgBouncer in transaction mode (pgbouncer=true): for the one
    /// connection of each server that listens for changes, which needs a session. Absent beside pgbouncer=true: changes by other processes
    /// are seen by Redis (REDIS_URL), or after 10 seconds.
    /// </summary>
    [Setting("DATABASE_DIRECT_URL", Secret = true, Cure = "postgresql://user:password@host:5432/database")]
    public string? DirectUrl { get; set; }

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

    /// <summary>Where a session of its own can be had; null: nowhere, or the embedded file.</summary>
    public NpgsqlConnectionStringBuilder? ListensAt { get; private set; }

    public bool IsEmbedded => Postgres is null;

    /// <summary>Whether statements of one connection may meet different sessions of the database, except within a transaction.</summary>
    public bool IsPooled { get; private set; }

    /// <summary>The database for a person to read, without credentials.</summary>
    public string Describe(DataDirectory directory) => Postgres is { } postgres
        ? $"PostgreSQL, {postgres.Database} at {PostgresUrl.Address(postgres)}"
        : $"SQLite, {directory.FileAt(EmbeddedFile.FileName)}";

    public void Check(SettingProblems problems)
    {
        if (PoolSize + MaxOverflow > MostConnections)
        {
            problems.Add("DATABASE_MAX_OVERFLOW", $"makes {PoolSize + MaxOverflow} connections together with DATABASE_POOL_SIZE",
                $"keep the two at {MostConnections} or fewer");
        }
        if (Url is null)
        {
            if (DirectUrl is not null)
            {
                problems.Add("DATABASE_DIRECT_URL", "is set without DATABASE_URL", "set DATABASE_URL too, or remove it");
            }

            return;
        }
        Postgres = Parse("DATABASE_URL", Url, problems);
        if (Postgres is null) return;
        IsPooled = PostgresUrl.NamesPooler(Url);
        if (DirectUrl is not null && PostgresUrl.NamesPooler(DirectUrl))
        {
            // LISTEN succeeds there and hears nothing.
            problems.Add("DATABASE_DIRECT_URL", "names a pooler (pgbouncer=true)", "set it to the address of PostgreSQL itself");
        }

        ListensAt = DirectUrl is not null ? Parse("DATABASE_DIRECT_URL", DirectUrl, problems) : IsPooled ? null : Postgres;
        Postgres.MinPoolSize = PoolSize;
        // At least two: the start lock holds one.
        Postgres.MaxPoolSize = Math.Max(2, PoolSize + MaxOverflow);
    }

    private static NpgsqlConnectionStringBuilder? Parse(string setting, string url, SettingProblems problems)
    {
        var parsed = PostgresUrl.Parse(url, out var wrong);
        if (parsed is null)
        {
            problems.Add(setting, wrong, "set it to postgresql://user:password@host:5432/database with special characters percent-encoded");
            return null;
        }
        // The converter stores UTC in TIMESTAMP columns; now() must mean the same.
        parsed.Timezone = "UTC";
        parsed.ApplicationName ??= "AuthServer";
        return parsed;
    }
}
