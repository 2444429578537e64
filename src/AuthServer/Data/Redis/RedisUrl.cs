using System.Globalization;
using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>
/// Reads a redis:// or rediss:// address. <see cref="ConfigurationOptions.Parse(string)"/> would take the whole text, password included,
/// for a host name.
/// </summary>
public static class RedisUrl
{
    public static ConfigurationOptions? Parse(string text, out string wrong)
    {
        wrong = "is not a Redis address";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            return null;
        }
        var path = uri.AbsolutePath.TrimStart('/');
        var database = 0;
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            wrong = "has a database that is not a number";
            return null;
        }
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            wrong = "has a query or a fragment, which is not known here";
            return null;
        }
        var user = uri.UserInfo.Split(':', 2);
        return new ConfigurationOptions
        {
            EndPoints = { { uri.Host.Trim('[', ']'), uri.Port < 0 ? 6379 : uri.Port } },
            User = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
            DefaultDatabase = database,
            Ssl = uri.Scheme == "rediss",
            SslHost = uri.Scheme == "rediss" ? uri.Host.Trim('[', ']') : null,
            // The server starts and serves without Redis; a call then fails at once instead of queueing.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 2000,
            ReconnectRetryPolicy = new LinearRetry(500),
            ClientName = "AuthServer",
        };
    }
}
