using AuthServer.Data.Outboxes;
using AuthServer.Telemetry;

namespace AuthServer.Email.Delivery;

/// <summary>Sends what waits in the outbox: at once what this process has written, within seconds what others have left.</summary>
/// <remarks>
/// Every replica does so, and no mail is with two of them. A mail is sent a second time only where a process dies between the answer of the
/// mail server and its own note of it; Message-ID and idempotency key then say that it is the same one.
/// </remarks>
internal sealed partial class MailDelivery(
    IServiceProvider services, MailSetup setup, OutboxRows rows, MailSignal signal, DeliveryStates states, AuthMeter meter,
    TimeProvider time, ILogger<MailDelivery> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    // Because the first answers after a start need the processor more than a mail that waits.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private int _outages;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!setup.IsOn) return;
        meter.ObserveMails(
            () => states.Last?.Waiting, () => states.Last is { } last ? AgeOf(last.OldestAt) : null, () => states.Last?.Failed);
        for (var wait = Pause; ; wait = await DeliverAsync(stoppingToken)) await signal.WaitAsync(wait, stoppingToken);
    }

    /// <summary>Sends all that is due.</summary>
    /// <returns>When to look again, unless woken.</returns>
    private async Task<TimeSpan> DeliverAsync(CancellationToken stoppingToken)
    {
        DeliveryRound? round = null;
        try
        {
            while (true)
            {
                // A look first: where nothing is due nothing is written, and SQLite's one writer is free.
                states.Last = await rows.LookAsync(stoppingToken);
                var due = states.Last.NextAttemptAt - time.GetUtcNow().UtcDateTime;
                if (due is null || due > TimeSpan.Zero) return due < Look ? due.Value : Look;
                // Made with the first mail: a start need not load what sends them.
                round ??= services.GetRequiredService<DeliveryRound>();
                if (await round.RunAsync(stoppingToken) is { } outage) return RetryTimes.After(++_outages, outage.RetryAfter);
                _outages = 0;
            }
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            LogNotDelivered(log, error.GetBaseException().Message);
            return Look;
        }
        finally
        {
            if (round is not null) await round.RestAsync();
        }
    }

    // Zero where none waits.
    private double AgeOf(DateTime? since) => since is { } at ? (time.GetUtcNow().UtcDateTime - at).TotalSeconds : 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox of mails cannot be read or written, and is tried again: {Reason}")]
    private static partial void LogNotDelivered(ILogger logger, string reason);
}
