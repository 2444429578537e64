using System.Globalization;
using AuthServer.Configuration;
using AuthServer.Data.Tls;
using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>
/// Reads a redis:// or rediss:// address. <see cref="ConfigurationOptions.Parse(string)"/> would take the whole text, password included,
/// for a host name.
/// </summary>
public static class RedisUrl
{
    /// <param name="trust">Null: no TLS.</param>
    public static ConfigurationOptions? Parse(string text, out TlsTrust? trust, out SettingFault wrong)
    {
        trust = null;
        wrong = new("is not a Redis address");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            return null;
        }
        var path = uri.AbsolutePath.TrimStart('/');
        var database = 0;
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            wrong = new("has a database that is not a number");
            return null;
        }
        if (uri.Fragment.Length > 0)
        {
            wrong = new("has a fragment, which is not known here");
            return null;
        }
        var isTls = uri.Scheme == "rediss";
        if (!isTls && uri.Query.Length > 0)
        {
            wrong = new("has a query, which only rediss:// has");
            return null;
        }
        if (isTls && (trust = Trust(uri, ref wrong)) is null) return null;
        var host = uri.Host.Trim('[', ']');
        var known = trust;
        var user = uri.UserInfo.Split(':', 2);
        return new ConfigurationOptions
        {
            EndPoints = { { host, uri.Port < 0 ? 6379 : uri.Port } },
            User = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
            DefaultDatabase = database,
            Ssl = isTls,
            SslHost = isTls ? host : null,
            SslClientAuthenticationOptions = known is null ? null : _ => known.OptionsFor(host),
            // The server starts and serves without Redis; a call then fails at once instead of queueing.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 2000,
            ReconnectRetryPolicy = new LinearRetry(500),
            ClientName = "AuthServer",
        };
    }

    /// <summary>The names and their meaning are those of DATABASE_URL, but an unchecked certificate is not to be had.</summary>
    private static TlsTrust? Trust(Uri uri, ref SettingFault wrong)
    {
        var trust = new TlsTrust(TlsFiles.None, TlsCheck.AuthorityAndName);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (pair, "");
            if (trust.Files.With(key, value) is { } files) trust = trust with { Files = files };
            else if (key == "sslmode" && value == "verify-ca") trust = trust with { Check = TlsCheck.Authority };
            else if (key == "sslmode" && value == "verify-full") trust = trust with { Check = TlsCheck.AuthorityAndName };
            else
            {
                wrong = new($"has the query part \"{key}\" with a key or value that is not known "
                    + "(known: sslmode=verify-full or verify-ca, sslrootcert, sslcert, sslkey, sslpassword)");
                return null;
            }
        }
        if (trust.Files.Wrong(TimeProvider.System.GetUtcNow()) is not { } fault) return trust;
        wrong = fault;
        return null;
    }
}
