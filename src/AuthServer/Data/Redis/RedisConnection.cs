using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>The connection to Redis, made at the start or when Redis first answers; it renews itself from then on.</summary>
public sealed class RedisConnection(RedisOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private ConnectionMultiplexer? _sentinels;
    private ConnectionMultiplexer? _open;

    public bool IsConnected => _open is { IsConnected: true };

    /// <summary>The connection for a request, which does not wait for one to be made; null when there was none yet.</summary>
    public IConnectionMultiplexer? Opened => _open;

    /// <summary>What <see cref="BeginOpening"/> began; null in a server, which opens the connection at its start.</summary>
    public Task? Opening { get; private set; }

    /// <summary>Opens the connection while other work goes on.</summary>
    public void BeginOpening() => Opening = Task.Run(Open);

    /// <summary>The connection, which need not be up. For work in the background: it waits while the sentinels know no primary.</summary>
    /// <exception cref="RedisException">The sentinels do not answer, or know no primary that does.</exception>
    public IConnectionMultiplexer Open()
    {
        lock (_gate) return _open ??= Connect(options.Connection!);
    }

    public void Dispose()
    {
        _open?.Dispose();
        _sentinels?.Dispose();
    }

    private ConnectionMultiplexer Connect(ConfigurationOptions connection)
    {
        if (connection.ServiceName is null) return ConnectionMultiplexer.Connect(connection);
        // One connection to the sentinels for all attempts.
        return (_sentinels ??= ConnectionMultiplexer.SentinelConnect(OfSentinels(options))).GetSentinelMasterConnection(connection);
    }

    /// <summary>How the sentinels themselves are reached: they have users and passwords of their own.</summary>
    internal static ConfigurationOptions OfSentinels(RedisOptions options)
    {
        var sentinels = options.Connection!.Clone();
        (sentinels.User, sentinels.Password, sentinels.AbortOnConnectFail) = (null, options.SentinelPassword, false);
        return sentinels;
    }
}
