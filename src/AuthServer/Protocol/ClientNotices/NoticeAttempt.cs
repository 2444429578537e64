using AuthServer.Audit;
using AuthServer.Data.Outboxes;

namespace AuthServer.Protocol.ClientNotices;

/// <summary>One attempt to tell one client one thing, with the note of its outcome.</summary>
public sealed partial class NoticeAttempt(
    NoticeRows rows, IEnumerable<INoticeSender> senders, TimeProvider time, ILogger<NoticeAttempt> log)
{
    private const int LongestReason = 400;

    /// <summary>The longest that an attempt takes.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly INoticeSender[] _senders = [.. senders];

    /// <returns>Whether the client has taken it.</returns>
    public async Task<bool> RunAsync(ClaimedNotice notice, CancellationToken ending)
    {
        var sender = Array.Find(_senders, one => one.Takes(notice))!;
        NoticeFault? fault;
        try
        {
            fault = await sender.SendAsync(notice, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Whether it arrived is not known. Its claim ends by itself.
            return false;
        }

        if (fault is not null && ending.IsCancellationRequested) return false;
        if (fault is null)
        {
            await rows.TakenAsync(notice);
            sender.Count("taken");
            LogTaken(log, notice.ClientId, notice.What, notice.About, notice.Attempts);
            return true;
        }

        await NoteAsync(sender, notice, fault);
        return false;
    }

    private async Task NoteAsync(INoticeSender sender, ClaimedNotice notice, NoticeFault fault)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var reason = ForeignText.Clean(fault.Reason, LongestReason) ?? "no reason was given";
        if (fault.IsFinal || now >= notice.ExpiresAt)
        {
            await sender.GiveUpAsync(notice);
            await rows.FailedAsync(notice, reason);
            sender.Count("failed");
            LogFailed(log, notice.ClientId, notice.What, notice.About, notice.Attempts, reason);
            return;
        }

        var next = now + RetryTimes.After(notice.Attempts);
        // The last attempt is at the very end.
        if (next > notice.ExpiresAt) next = notice.ExpiresAt;
        await rows.PostponedAsync(notice, next, reason);
        sender.Count("postponed");
        LogPostponed(log, notice.ClientId, notice.What, notice.About, notice.Attempts, next, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Client {Client} was told of {What} {About}; attempt {Attempt}.")]
    private static partial void LogTaken(ILogger logger, string client, string what, Guid about, int attempt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Client {Client} was not told of {What} {About} in attempt {Attempt}, next at {Next:u}: {Reason}")]
    private static partial void LogPostponed(
        ILogger logger, string client, string what, Guid about, int attempt, DateTime next, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Client {Client} could not be told of {What} {About} in {Attempts} attempt(s): {Reason}. "
            + "`AuthServer logouts list` shows ends of sessions, and `AuthServer logouts retry` tries them again.")]
    private static partial void LogFailed(ILogger logger, string client, string what, Guid about, int attempts, string reason);
}
