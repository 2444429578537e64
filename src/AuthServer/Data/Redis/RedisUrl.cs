using System.Globalization;
using System.Net.Sockets;
using AuthServer.Configuration;
using AuthServer.Data.Tls;
using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>What REDIS_URL says.</summary>
/// <param name="Trust">Null: no TLS.</param>
internal sealed record RedisAddress(ConfigurationOptions Options, TlsTrust? Trust);

/// <summary>
/// Reads the addresses of Redis. <see cref="ConfigurationOptions.Parse(string)"/> would take the whole text, password included, for a host
/// name.
/// </summary>
public static class RedisUrl
{
    internal const string Forms = "redis://host:6379/0, rediss://user:password@host:6380/0 (TLS), unix:///run/redis/redis.sock, "
        + "redis://host1:6379,host2:6379 (cluster) or redis+sentinel://host1:26379,host2:26379/SERVICE/0 (sentinels)";

    private const int RedisPort = 6379, SentinelPort = 26379;

    private static readonly string[] Schemes = ["redis", "rediss", "redis+sentinel", "rediss+sentinel", "unix"];

    internal static RedisAddress? Parse(string text, out SettingFault? fault)
    {
        fault = null;
        if (Parts.Of(text) is not { } parts || !Schemes.Contains(parts.Scheme)) return Refuse("is not a Redis address", out fault);
        if (parts.Fragment.Length > 0) return Refuse("has a fragment, which is not known here", out fault);
        var options = NewOptions();
        (options.User, options.Password) = parts.Credentials;
        if (parts.Scheme == "unix") return OfSocket(parts, options, out fault);

        var isTls = parts.Scheme.StartsWith("rediss", StringComparison.Ordinal);
        var hasSentinels = parts.Scheme.EndsWith("+sentinel", StringComparison.Ordinal);
        if (!isTls && parts.Query.Length > 0) return Refuse("has a query, which only rediss:// and unix:// have", out fault);
        foreach (var host in parts.Hosts.Split(','))
        {
            if (!Uri.TryCreate($"redis://{host}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
                return Refuse("has a host that is not one", out fault);
            options.EndPoints.Add(uri.Host.Trim('[', ']'), uri.Port >= 0 ? uri.Port : hasSentinels ? SentinelPort : RedisPort);
        }

        var path = parts.Path.Trim('/').Split('/');
        if (hasSentinels)
        {
            if (path[0].Length == 0) return Refuse("does not name the service that the sentinels watch", out fault);
            options.ServiceName = Uri.UnescapeDataString(path[0]);
            // This connection is made when the sentinels know the primary; until then each attempt must end.
            options.AbortOnConnectFail = true;
            path = path[1..];
        }
        if (!TryReadDatabase(path, options)) return Refuse("has a database that is not a number", out fault);
        if (options.EndPoints.Count > 1 && !hasSentinels && options.DefaultDatabase != 0)
            return Refuse("has several hosts, which are a cluster, and a cluster has only the database 0", out fault);
        return isTls ? WithTls(parts, options, out fault) : new(options, Trust: null);
    }

    private static RedisAddress? OfSocket(Parts parts, ConfigurationOptions options, out SettingFault? fault)
    {
        fault = null;
        var query = parts.Query.Split('=', 2);
        if (parts.Hosts.Length > 0 || parts.Path.Length < 2) return Refuse("has no path of a socket", out fault);
        if (parts.Query.Length > 0 && query[0] != "db") return Refuse("has a query part that is not known (known: db)", out fault);
        if (!TryReadDatabase(query is [_, var number] ? [number] : [], options))
            return Refuse("has a database that is not a number", out fault);
        options.EndPoints.Add(new UnixDomainSocketEndPoint(Uri.UnescapeDataString(parts.Path)));
        return new(options, Trust: null);
    }

    private static RedisAddress? WithTls(Parts parts, ConfigurationOptions options, out SettingFault? fault)
    {
        if (Trust(parts.Query, out fault) is not { } trust) return null;
        options.Ssl = true;
        // Each of several hosts is checked by its own name.
        options.SslHost = options is { EndPoints.Count: 1, ServiceName: null } ? RedisSetup.Addresses(options)[0].Host : null;
        options.SslClientAuthenticationOptions = trust.OptionsFor;
        return new(options, trust);
    }

    private static ConfigurationOptions NewOptions() => new()
    {
        // The server starts and serves without Redis; a call then fails at once instead of queueing.
        AbortOnConnectFail = false,
        BacklogPolicy = BacklogPolicy.FailFast,
        ConnectTimeout = 2000,
        ReconnectRetryPolicy = new LinearRetry(500),
        ClientName = "AuthServer",
        DefaultDatabase = 0,
        // A failover that nobody announces is seen so soon.
        ConfigCheckSeconds = 5,
    };

    private static bool TryReadDatabase(string[] path, ConfigurationOptions options)
    {
        if (path is [] or [""]) return true;
        if (path.Length > 1 || !int.TryParse(path[0], NumberStyles.None, CultureInfo.InvariantCulture, out var database)) return false;
        options.DefaultDatabase = database;
        return true;
    }

    /// <summary>The names and their meaning are those of DATABASE_URL, but an unchecked certificate is not to be had.</summary>
    private static TlsTrust? Trust(string query, out SettingFault? fault)
    {
        fault = null;
        var trust = new TlsTrust(TlsFiles.None, TlsCheck.AuthorityAndName);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : (pair, "");
            if (trust.Files.With(key, value) is { } files) trust = trust with { Files = files };
            else if (key == "sslmode" && value == "verify-ca") trust = trust with { Check = TlsCheck.Authority };
            else if (key == "sslmode" && value == "verify-full") trust = trust with { Check = TlsCheck.AuthorityAndName };
            else
            {
                fault = new($"has the query part \"{key}\" with a key or value that is not known "
                    + "(known: sslmode=verify-full or verify-ca, sslrootcert, sslcert, sslkey, sslpassword)");
                return null;
            }
        }
        fault = trust.Files.Wrong(TimeProvider.System.GetUtcNow());
        return fault is null ? trust : null;
    }

    private static RedisAddress? Refuse(string wrong, out SettingFault? fault)
    {
        fault = new(wrong);
        return null;
    }

    /// <summary>RFC 3986 section 3, with several hosts; <see cref="Uri"/> knows only one.</summary>
    private sealed record Parts(string Scheme, string User, string Hosts, string Path, string Query, string Fragment)
    {
        public (string? User, string? Password) Credentials => User.Split(':', 2) switch
        {
            [var user, var password] => (user.Length > 0 ? Uri.UnescapeDataString(user) : null, Uri.UnescapeDataString(password)),
            [{ Length: > 0 } user] => (Uri.UnescapeDataString(user), null),
            _ => (null, null),
        };

        public static Parts? Of(string text)
        {
            if (text.Trim().Split("://", 2) is not [var scheme, var rest]) return null;
            var (before, fragment) = Cut(rest, '#');
            (before, var query) = Cut(before, '?');
            var slash = before.IndexOf('/', StringComparison.Ordinal);
            var authority = slash < 0 ? before : before[..slash];
            var at = authority.LastIndexOf('@');
            return new(
                scheme, at < 0 ? "" : authority[..at], authority[(at + 1)..], slash < 0 ? "" : before[slash..], query, fragment);
        }

        private static (string Before, string After) Cut(string text, char mark) =>
            text.Split(mark, 2) is [var before, var after] ? (before, after) : (text, "");
    }
}
