using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>Reads a connection URI in the form of libpq (PostgreSQL manual, section 34.1.1.2). Npgsql itself does not.</summary>
public static class PostgresUrl
{
    /// <param name="wrong">What is wrong, without any part of the URL that could be a credential.</param>
    [SuppressMessage("Globalization", "CA1308", Justification = "libpq's query keys and values are lower case.")]
    public static NpgsqlConnectionStringBuilder? Parse(string text, out string wrong)
    {
        wrong = "is not a PostgreSQL address";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgresql" or "postgres")) return null;
        var user = uri.UserInfo.Split(':', 2);
        var database = uri.AbsolutePath.TrimStart('/');
        wrong = "names no " + (uri.Host.Length == 0 ? "host" : user[0].Length == 0 ? "user" : "database");
        if (uri.Host.Length == 0 || user[0].Length == 0 || database.Length == 0) return null;
        if (database.Contains('/', StringComparison.Ordinal) || uri.Fragment.Length > 0)
        {
            wrong = "has an unencoded / ? or # in the password or the database name";
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
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (pair, "");
            if (Apply(parsed, key, value)) continue;
            wrong = $"has the query part \"{key}\" with a key or value that is not known "
                + "(known: sslmode, sslrootcert, connect_timeout, application_name, gssencmode, max_auto_prepare)";
            return null;
        }
        return parsed;
    }

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
            case "sslrootcert" when value.Length > 0:
                parsed.RootCertificate = value;
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
            default:
                return false;
        }
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
