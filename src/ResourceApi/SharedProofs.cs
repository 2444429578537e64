using StackExchange.Redis;

namespace ResourceApi;

/// <summary>Those that any instance of the API has seen: one key in Redis for each, which ends by itself.</summary>
/// <remarks>
/// Without Redis no proof is taken: each instance by itself would take a stolen one once more. Bearer tokens, where the client may have
/// them, are not concerned.
/// </remarks>
public sealed class SharedProofs(ConfigurationOptions redis) : IUsedProofs, IAsyncDisposable
{
    private const string Prefix = "resource-api:proof:";

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(redis));

    public async ValueTask<bool> TryAsync(string name, TimeSpan life)
    {
        try
        {
            var database = (await _connection.Value).GetDatabase();
            // SET key value EX seconds NX: of several callers at once one is told that it was the first.
            return await database.StringSetAsync(Prefix + name, RedisValue.EmptyString, life, When.NotExists);
        }
        // A command that cannot be sent is cancelled by the client of Redis: the caller has no token of its own here.
        catch (Exception error) when (error is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException
            or OperationCanceledException or InvalidCastException)
        {
            throw new ProofStoreAwayException(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_connection.IsValueCreated) return;
        try
        {
            await (await _connection.Value).DisposeAsync();
        }
        catch (RedisException)
        {
            // It was never opened.
        }
    }

    /// <summary>Reads REDIS_URL.</summary>
    /// <param name="password">REDIS_PASSWORD, where the address has none.</param>
    /// <returns>Null for another form; the text, which may have a password, is not repeated.</returns>
    public static ConfigurationOptions? Read(string text, string? password)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss")) return null;
        if (uri.Host.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0) return null;
        var database = uri.AbsolutePath.Trim('/');
        var number = 0;
        if (database.Length > 0 && (!int.TryParse(database, out number) || number < 0)) return null;
        string[] credentials = uri.UserInfo.Length == 0 ? [] : [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        return new()
        {
            EndPoints = { { uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : 6379 } },
            User = credentials is [{ Length: > 0 } user, _] ? user : null,
            Password = credentials is [_, { Length: > 0 } own] ? own : password,
            DefaultDatabase = number,
            Ssl = uri.Scheme == "rediss",
            ClientName = "ResourceApi",
            // The API starts without Redis; a proof that comes then is refused at once.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = 2000,
            AsyncTimeout = 1000,
            ReconnectRetryPolicy = new LinearRetry(500),
        };
    }
}
