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

    /// <returns>Why no mail leaves; null: some have, or each had a reason of its own.</returns>
    public async Task<SendOutcome.Unavailable?> RunAsync(CancellationToken stoppingToken)
    {
        using var ending = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => ending.CancelAfter(EndPatience));
        SendOutcome.Unavailable? outage = null;
        var claimed = await rows.ClaimAsync(MostClaimed, Lease, stoppingToken);
        await Parallel.ForEachAsync(claimed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (mail, _) =>
        {
            // The others need not find out by themselves.
            try
            {
                if (Volatile.Read(ref outage) is { } known) await attempt.NoteAsync(mail, known, letter: null);
                else if (await attempt.RunAsync(mail, ending.Token) is SendOutcome.Unavailable found) Volatile.Write(ref outage, found);
            }
            catch (DbException error)
            {
                // The others are to be noted all the same; this one's claim ends by itself.
                LogNotNoted(log, mail.Id, error.Message);
            }
        });
        if (outage is null) states.Outage = null;
        else if (!stoppingToken.IsCancellationRequested)
        {
            states.Outage = outage.Said;
            LogOutage(log, transport.Description, outage.Said);
        }

        return outage;
    }

    public Task RestAsync() => transport.RestAsync();

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of mail {Id} could not be noted: {Reason}")]
    private static partial void LogNotNoted(ILogger logger, Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "No mail leaves by {Transport}, and what waits is tried again: {Reason}")]
    private static partial void LogOutage(ILogger logger, string transport, string reason);
}
