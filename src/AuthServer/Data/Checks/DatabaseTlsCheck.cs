using System.Net;
using System.Runtime.CompilerServices;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Data.Tls;
using AuthServer.Doctor;
using Npgsql;

namespace AuthServer.Data.Checks;

/// <summary>Whether the way to PostgreSQL is encrypted and checked, and how long its certificates are valid.</summary>
public sealed class DatabaseTlsCheck(
    DatabaseOptions options, TimeProvider time, DatabaseReach? reach = null) : ICheck
{
    private const string PostgresSql = "SELECT coalesce((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), '')";

    private const string Checked = "set sslmode=verify-full and sslrootcert in DATABASE_URL";

    public string Name => "Database TLS";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Postgres is not { } postgres)
        {
            yield return Finding.Skipped("no connection leaves this process");
            yield break;
        }
        if (PostgresUrl.Trust(postgres) is { } trust)
        {
            var now = time.GetUtcNow();
            var view = ConnectionFailure.Certificate(postgres, trust).Look();
            if (view.Wrong is { } wrong) yield return Sentence.Wrong(wrong);
            if (view.ValidUntil is { } until)
                yield return CertificateLife.Of("the certificate of PostgreSQL", until, now, "renew it there");
            foreach (var finding in OwnLife(trust.Files, now)) yield return finding;
        }
        var (sql, skipped) = await DatabaseReach.OfServerAsync(reach);
        if (sql is null)
        {
            yield return skipped!;
            yield break;
        }
        var version = await sql.FirstAsync(PostgresSql, SqlValues.None, row => row.GetString(0), cancellationToken);
        yield return OfConnection(version!, postgres);
    }

    /// <summary>How long the certificate is valid that this server shows to another one.</summary>
    internal static IEnumerable<Finding> OwnLife(TlsFiles files, DateTimeOffset now)
    {
        using var own = files.Own();
        if (own is not null)
            yield return CertificateLife.Of($"{TlsFiles.CertificateName} {files.CertificatePath}", own.NotAfter, now, "renew it");
    }

    /// <param name="version">Empty: plain.</param>
    internal static Finding OfConnection(string version, NpgsqlConnectionStringBuilder postgres) =>
        version.Length > 0 && postgres.SslMode == SslMode.VerifyFull ? Finding.Ok($"{version}, and the certificate is checked")
        : version.Length > 0 && postgres.SslMode == SslMode.VerifyCA
            ? Finding.Ok($"{version}, and the authority of the certificate is checked, but not the host name")
        : IsHere(postgres.Host) ? Finding.Ok(version.Length > 0 ? $"{version}, on this machine" : "plain, on this machine")
        : version.Length > 0 ? Finding.Warning($"{version}, but whoever answers there is believed", Checked)
        : Finding.Wrong("the connection is plain: the network reads everything", Checked + ", and turn ssl on there");

    /// <summary>The network of the connection is this machine's own.</summary>
    internal static bool IsHere(string? host) => host is not null && (host == "localhost" || host.StartsWith('/')
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
}
