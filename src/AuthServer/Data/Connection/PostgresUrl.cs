using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AuthServer.Configuration;
using AuthServer.Data.Tls;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>Reads a connection URI in the form of libpq (PostgreSQL manual, section 34.1.1.2). Npgsql itself does not.</summary>
public static class PostgresUrl
{
    // Seconds.
    private const int SeveralHostsTimeout = 2;

    /// <param name="wrong">What is wrong, without any part of the URL that could be a credential.</param>
    [SuppressMessage("Globalization", "CA1308", Justification = "libpq's query keys and values are lower case.")]
    public static NpgsqlConnectionStringBuilder? Parse(string text, out SettingFault wrong)
    {
        wrong = new("is not a PostgreSQL address");
        var (single, further) = SplitHosts(text);
        if (!Uri.TryCreate(single, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgresql" or "postgres")) return null;
        var user = uri.UserInfo.Split(':', 2);
        var database = uri.AbsolutePath.TrimStart('/');
        wrong = new("names no " + (uri.Host.Length == 0 ? "host" : user[0].Length == 0 ? "user" : "database"));
        if (uri.Host.Length == 0 || user[0].Length == 0 || database.Length == 0) return null;
        if (database.Contains('/', StringComparison.Ordinal) || uri.Fragment.Length > 0)
        {
            wrong = new("has an unencoded / ? or # in the password or the database name");
            return null;
        }
        var parsed = new NpgsqlConnectionStringBuilder
        {
            Host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host,
            Port = uri.Port < 0 ? NpgsqlConnection.DefaultPort : uri.Port,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(database),
            // The statements of a request are few and always the same: the database parses and plans each once per connection.
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            // No statement here leaves anything behind in its connection that DISCARD ALL would have to clear.
            NoResetOnClose = true,
            // The driver's default loads the machine's Kerberos library for each process only to find no ticket.
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        foreach (var host in further)
        {
            // As libpq does: each host has its own port, or the usual one.
            if (!Uri.TryCreate($"tcp://{host}", UriKind.Absolute, out var other) || other.Host.Length == 0 || other.PathAndQuery != "/")
            {
                wrong = new("names a host of several that is none");
                return null;
            }
            if (!HasSeveralHosts(parsed)) parsed.Host = $"{uri.Host}:{parsed.Port}";
            parsed.Host += $",{other.Host}:{(other.Port < 0 ? NpgsqlConnection.DefaultPort : other.Port)}";
            // A host that was a standby may have been promoted a moment ago. One that is silent must not hold up those who look, and
            // connect_timeout is for each host.
            (parsed.HostRecheckSeconds, parsed.Timeout) = (1, SeveralHostsTimeout);
        }
        var files = TlsFiles.None;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (pair, "");
            if (files.With(key, value) is { } more)
            {
                files = more;
                continue;
            }
            if (Apply(parsed, key, value)) continue;
            wrong = new(
                $"has the query part \"{key}\" with a key or value that is not known (known: sslmode, sslrootcert, sslcert, sslkey, "
                + "sslpassword, connect_timeout, application_name, gssencmode, max_auto_prepare, target_session_attrs, pgbouncer)");
            return null;
        }
        return ApplyFiles(parsed, files, ref wrong) ? parsed : null;
    }

    /// <summary>The files as Npgsql takes them: it reads them for each connection.</summary>
    private static bool ApplyFiles(NpgsqlConnectionStringBuilder parsed, TlsFiles files, ref SettingFault wrong)
    {
        if (files == TlsFiles.None) return true;
        // As libpq does: an authority that is named is checked. Npgsql would ignore it.
        if (parsed.SslMode == SslMode.Require && files.RootPath is not null) parsed.SslMode = SslMode.VerifyCA;
        if (parsed.SslMode is not (SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull))
        {
            wrong = new("names certificates, but its sslmode may connect without them", "add sslmode=verify-full");
            return false;
        }
        if (files.Wrong(TimeProvider.System.GetUtcNow()) is { } fault)
        {
            wrong = fault;
            return false;
        }
        (parsed.RootCertificate, parsed.SslCertificate, parsed.SslPassword) = (files.RootPath, files.CertificatePath, files.Password);
        if (files.CertificatePath is not null) parsed.SslKey = files.KeyPath ?? files.CertificatePath;
        return true;
    }

    /// <summary>Whom the connections trust, for a look at the certificate of the database; null: they may be plain.</summary>
    public static TlsTrust? Trust(NpgsqlConnectionStringBuilder postgres)
    {
        TlsCheck? check = postgres.SslMode switch
        {
            SslMode.Require => TlsCheck.Nothing,
            SslMode.VerifyCA => TlsCheck.Authority,
            SslMode.VerifyFull => TlsCheck.AuthorityAndName,
            _ => null,
        };
        var files = new TlsFiles(postgres.RootCertificate, postgres.SslCertificate, postgres.SslKey, postgres.SslPassword);
        return check is null ? null : new(files, check.Value);
    }

    public static bool HasSeveralHosts(NpgsqlConnectionStringBuilder postgres) => postgres.Host!.Contains(',', StringComparison.Ordinal);

    /// <summary>Whose certificate is looked at: those of several hosts come from one authority.</summary>
    internal static (string Host, int Port) FirstHost(NpgsqlConnectionStringBuilder postgres)
    {
        if (!HasSeveralHosts(postgres)) return (postgres.Host!, postgres.Port);
        var first = new Uri("tcp://" + postgres.Host!.Split(',')[0]);
        return (first.Host.Trim('[', ']'), first.Port);
    }

    /// <summary>Host and port, or several of both, for a person to read.</summary>
    public static string Address(NpgsqlConnectionStringBuilder postgres) =>
        HasSeveralHosts(postgres) ? postgres.Host! : $"{postgres.Host}:{postgres.Port}";

    /// <summary>Whether the address is one of PgBouncer in transaction mode.</summary>
    public static bool NamesPooler(string url) =>
        url.Split('?', 2) is [_, var query] && query.Split('&').Contains("pgbouncer=true", StringComparer.Ordinal);

    private static bool Apply(NpgsqlConnectionStringBuilder parsed, string key, string value)
    {
        switch (key)
        {
            case "sslmode" when Mode(value) is { } mode:
                parsed.SslMode = mode;
                return true;
            case "gssencmode" when value is "disable" or "prefer" or "require":
                parsed.GssEncryptionMode = Enum.Parse<GssEncryptionMode>(value, ignoreCase: true);
                return true;
            case "application_name" when value.Length > 0:
                parsed.ApplicationName = value;
                return true;
            case "connect_timeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds <= 1024:
                parsed.Timeout = seconds;
                return true;
            // 0 for a pooler in between that keeps no prepared statements (PgBouncer before 1.21 in transaction mode).
            case "max_auto_prepare" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var statements)
                && statements <= 1000:
                parsed.MaxAutoPrepare = statements;
                return true;
            // Only what takes writes is of use, so that the attribute need not be said.
            case "target_session_attrs" when value is "read-write" or "primary":
                return true;
            // PgBouncer before 1.21 keeps no prepared statements in transaction mode; for a later one max_auto_prepare follows.
            case "pgbouncer" when value == "true":
                parsed.MaxAutoPrepare = 0;
                return true;
            case "pgbouncer" when value == "false":
                return true;
            default:
                return false;
        }
    }

    // "postgresql://user@first:5432,second:5432/database" is no URI of .NET: the first host stays in it.
    private static (string Single, string[] Further) SplitHosts(string text)
    {
        var begin = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (begin < 3) return (text, []);
        var end = text.IndexOfAny(['/', '?', '#'], begin);
        if (end < 0) end = text.Length;
        var hosts = text.LastIndexOf('@', end - 1, end - begin) + 1;
        if (hosts < begin) hosts = begin;
        var names = text[hosts..end].Split(',');
        return names.Length == 1 ? (text, []) : (text[..hosts] + names[0] + text[end..], names[1..]);
    }

    private static SslMode? Mode(string value) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => null,
    };
}
