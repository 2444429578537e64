using AuthServer.Configuration;
using AuthServer.Data.Redis;
using StackExchange.Redis;

namespace AuthServer.Data.Changes;

/// <summary>Tells and hears by Redis which tables were written, beside the notices of PostgreSQL or in their place.</summary>
/// <remarks>
/// It serves where no connection can listen, behind PgBouncer in transaction mode. The writer tells after its commit; psql tells nobody.
/// </remarks>
public sealed partial class RedisNotices(
    RedisConnection redis, RowChanges changes, IssuerOptions issuer, TimeProvider time, ILogger<RedisNotices> log) : BackgroundService
{
    private readonly RedisChannel _channel = RedisChannel.Literal(RedisNames.Changes(issuer.IssuerText));

    // After the first answers, as the listening to PostgreSQL.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Again = TimeSpan.FromSeconds(5);

    // For the program that writes: it does not wait for a Redis that is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>To be called after a commit. A notice that does not arrive costs time, and nothing else.</summary>
    public async Task TellAsync(IEnumerable<string> tables)
    {
        try
        {
            if (redis.Opening is { } opening) await opening;
            // Nobody listens at a Redis that has never answered.
            if (redis.Opened is not { } open) return;
            await open.GetSubscriber().PublishAsync(_channel, string.Join(' ', tables)).WaitAsync(Patience, TimeProvider.System);
        }
        catch (Exception error)
        {
            // The write is committed: whatever Redis has against it, the caller's request has succeeded.
            LogNotTold(log, error.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, time, stoppingToken);
        while (!await TrySubscribeAsync(stoppingToken)) await Task.Delay(Again, time, stoppingToken);
        Follow(KeptTables.All, stoppingToken);
    }

    private async Task<bool> TrySubscribeAsync(CancellationToken stoppingToken)
    {
        try
        {
            var open = redis.Open();
            // StackExchange.Redis keeps the handler of an attempt that failed: there must not be one for each.
            await open.GetSubscriber().UnsubscribeAsync(_channel, flags: CommandFlags.FireAndForget);
            await open.GetSubscriber().SubscribeAsync(_channel, (_, tables) => Follow(tables.ToString().Split(' '), stoppingToken));
            open.ConnectionRestored += (_, restored) =>
            {
                // What was told while the connection was away was not heard.
                if (restored.ConnectionType == ConnectionType.Subscription) Follow(KeptTables.All, stoppingToken);
            };
            return true;
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            LogNotSubscribed(log, error.Message);
            return false;
        }
    }

    // StackExchange.Redis calls in turn, and must not be held up.
    private void Follow(IReadOnlyCollection<string> tables, CancellationToken stoppingToken) =>
        _ = Task.Run(() => changes.FollowAsync(tables, stoppingToken), stoppingToken);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis does not tell of changes yet: {Reason}")]
    private static partial void LogNotSubscribed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis did not take the notice of a change: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string reason);
}
