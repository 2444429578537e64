using System.Collections.Concurrent;
using System.Data.Common;
using AuthServer.Email.Transports;

namespace AuthServer.Email.Delivery;

/// <summary>Claims mails that are due, and sends them, a few at a time.</summary>
internal sealed partial class DeliveryRound(
    OutboxRows rows, MailAttempt attempt, IMailTransport transport, DeliveryStates states, ILogger<DeliveryRound> log)
{
    private const int AtOnce = 4, MostClaimed = 16;

    // Each may take its time, and its note a little more.
    private static readonly TimeSpan Lease = (MostClaimed / AtOnce * MailAttempt.Longest) + TimeSpan.FromMinutes(1);

    // What is under way when the process is told to end.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    // One mail alone may make a service fail, and must not hold the others back.
    private const int ForAnOutage = 2;

    /// <returns>Why no mail leaves; null: some have, or one alone has failed.</returns>
    public async Task<SendOutcome.Unavailable?> RunAsync(CancellationToken stoppingToken)
    {
        using var ending = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => ending.CancelAfter(EndPatience));
        var (failed, answered) = (new ConcurrentQueue<(Guid Id, SendOutcome.Unavailable Why)>(), 0);
        var claimed = await rows.ClaimAsync(MostClaimed, Lease, stoppingToken);
        await Parallel.ForEachAsync(claimed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (mail, _) =>
        {
            // The others need not find out by themselves.
            try
            {
                if (failed.Count >= ForAnOutage && Volatile.Read(ref answered) == 0 && failed.TryPeek(out var known))
                {
                    await attempt.NoteAsync(mail, known.Why, letter: null);
                }
                else if (await attempt.RunAsync(mail, ending.Token) is SendOutcome.Unavailable found) failed.Enqueue((mail.Id, found));
                else Interlocked.Increment(ref answered);
            }
            catch (DbException error)
            {
                // The others are to be noted all the same; this one's claim ends by itself.
                LogNotNoted(log, mail.Id, error.Message);
            }
        });
        if (answered > 0 || !failed.TryPeek(out var first))
        {
            states.Outage = null;
            foreach (var (id, why) in failed) LogFailed(log, id, transport.Description, why.Said);
            return null;
        }

        if (!stoppingToken.IsCancellationRequested)
        {
            states.Outage = first.Why.Said;
            LogOutage(log, transport.Description, first.Why.Said);
        }

        return failed.Count >= ForAnOutage ? first.Why : null;
    }

    public Task RestAsync() => transport.RestAsync();

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of mail {Id} could not be noted: {Reason}")]
    private static partial void LogNotNoted(ILogger logger, Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Id} makes {Transport} fail, and is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, Guid id, string transport, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "No mail leaves by {Transport}, and what waits is tried again: {Reason}")]
    private static partial void LogOutage(ILogger logger, string transport, string reason);
}
