using AuthServer.Sessions;
using AuthServer.Telemetry;

namespace AuthServer.Protocol.ClientNotices;

/// <summary>
/// Tells clients of sessions that have ended and of requests that were decided: at once what this process has noted, within seconds what
/// others have left.
/// </summary>
/// <remarks>
/// Every replica does so, and no notice is with two of them. Clients are told side by side, each a few things at a time.
/// </remarks>
internal sealed partial class NoticeDelivery(
    NoticeRows rows, NoticeAttempt attempt, NoticeSignal signal, AuthMeter meter, TimeProvider time, ILogger<NoticeDelivery> log)
    : BackgroundService
{
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    // Because the first answers after a start need the processor more than a notice that waits.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // What wakes this may not have committed yet: soon it has.
    private static readonly TimeSpan[] AfterWake = [.. new[] { 30, 100, 300, 1000, 3000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private static readonly TimeSpan Lease = NoticeAttempt.Longest + TimeSpan.FromMinutes(1);

    // What is under way when the process is told to end.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly ToldClients _clients = new(time);
    private int _atOnce;
    private NoticeState? _last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.ObserveLogoutTokens(() => _last?.Waiting, () => _last is { } last ? AgeOf(last.OldestAt) : null, () => _last?.Failed);
        using var ending = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => ending.CancelAfter(EndPatience));
        try
        {
            var looks = AfterWake.Length;
            for (var wait = Pause; ;)
            {
                var soon = looks < AfterWake.Length && AfterWake[looks] < wait;
                if (await signal.WaitAsync(soon ? AfterWake[looks] : wait, stoppingToken)) looks = 0;
                else if (soon) looks++;
                wait = await DeliverAsync(stoppingToken, ending.Token);
            }
        }
        finally
        {
            while (Volatile.Read(ref _atOnce) > 0 && !ending.IsCancellationRequested) await signal.WaitAsync(EndPatience, ending.Token);
        }
    }

    /// <summary>Begins with all that is due and may be claimed.</summary>
    /// <returns>When to look again, unless woken.</returns>
    private async Task<TimeSpan> DeliverAsync(CancellationToken stoppingToken, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                var (busy, until) = _clients.Busy();
                // A look first: where nothing is due nothing is written, and SQLite's one writer is free.
                _last = await rows.LookAsync(busy, stoppingToken);
                var most = MostAtOnce - Volatile.Read(ref _atOnce);
                // The end of what is under way wakes this.
                if (most <= 0) return Look;
                var now = time.GetUtcNow().UtcDateTime;
                if (_last.NextAttemptAt is not { } due || due > now) return Until(Earlier(_last.NextAttemptAt, until), now);
                var claimed = await rows.ClaimAsync(busy, most, Lease, stoppingToken);
                foreach (var client in claimed.GroupBy(n => n.ClientId, StringComparer.Ordinal)) Begin(client.Key, [.. client], ending);
                // Another process was quicker.
                if (claimed.Count == 0) return Look;
            }
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            LogNotDelivered(log, error.GetBaseException().Message);
            return Look;
        }
    }

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one is null || other < one ? other : one;

    private static TimeSpan Until(DateTime? at, DateTime now) => at is { } then && then - now < Look ? then - now : Look;

    private void Begin(string clientId, ClaimedNotice[] notices, CancellationToken ending)
    {
        _clients.Begin(clientId);
        Interlocked.Add(ref _atOnce, notices.Length);
        _ = TellAsync(clientId, notices, ending);
    }

    private async Task TellAsync(string clientId, ClaimedNotice[] notices, CancellationToken ending)
    {
        bool? answered = null;
        try
        {
            var taken = await Task.WhenAll(notices.Select(notice => attempt.RunAsync(notice, ending)));
            answered = ending.IsCancellationRequested ? null : taken.Contains(true);
        }
#pragma warning disable CA1031 // Whatever it is, it must not keep the others from being told. The claims end by themselves.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogNotNoted(log, clientId, error.GetBaseException().Message);
        }

        _clients.End(clientId, answered);
        Interlocked.Add(ref _atOnce, -notices.Length);
        signal.Wake();
    }

    // Zero where none waits.
    private double AgeOf(DateTime? since) => since is { } at ? (time.GetUtcNow().UtcDateTime - at).TotalSeconds : 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The notices for clients cannot be read or written, and are tried again: {Reason}")]
    private static partial void LogNotDelivered(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of notices for client {Client} could not be noted: {Reason}")]
    private static partial void LogNotNoted(ILogger logger, string client, string reason);
}
