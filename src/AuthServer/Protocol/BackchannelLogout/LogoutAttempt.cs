using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Outboxes;
using AuthServer.Keys;
using AuthServer.Outbound;
using AuthServer.Telemetry;

namespace AuthServer.Protocol.BackchannelLogout;

/// <summary>One attempt to tell one client of the end of one session, with the note of its outcome.</summary>
public sealed partial class LogoutAttempt(
    LogoutNoticeRows rows, LogoutTokens tokens, ClientDirectory clients, ClientSubjects subjects, SafeHttp http, AuthMeter meter,
    TimeProvider time, ILogger<LogoutAttempt> log)
{
    private const int LongestReason = 400;

    /// <summary>The longest that an attempt takes.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <returns>Whether the client has taken it.</returns>
    public async Task<bool> RunAsync(ClaimedNotice notice, CancellationToken ending)
    {
        var fault = await SendAsync(notice, ending);
        // Whether it arrived is not known. Its claim ends by itself.
        if (fault is not null && ending.IsCancellationRequested) return false;
        if (fault is null)
        {
            await rows.TakenAsync(notice);
            meter.LogoutToken("taken");
            LogTaken(log, notice.ClientId, notice.SessionId, notice.Attempts);
            return true;
        }

        await NoteAsync(notice, ForeignText.Clean(fault, LongestReason) ?? "no reason was given");
        return false;
    }

    private async Task NoteAsync(ClaimedNotice notice, string fault)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now >= notice.ExpiresAt)
        {
            await rows.FailedAsync(notice, fault);
            meter.LogoutToken("failed");
            LogFailed(log, notice.ClientId, notice.SessionId, notice.Attempts, fault);
            return;
        }

        var next = now + RetryTimes.After(notice.Attempts);
        // The last attempt is at the very end.
        if (next > notice.ExpiresAt) next = notice.ExpiresAt;
        await rows.PostponedAsync(notice, next, fault);
        meter.LogoutToken("postponed");
        LogPostponed(log, notice.ClientId, notice.SessionId, notice.Attempts, next, fault);
    }

    /// <returns>Why the client has not taken it; null: it has.</returns>
    private async Task<string?> SendAsync(ClaimedNotice notice, CancellationToken ending)
    {
        // As registered by now: an operator who has mended the address need not register the end of the session anew.
        var client = await clients.FindAsync(notice.ClientId, ending);
        var address = client?.Logout.BackchannelUri ?? notice.LogoutUri;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) return "its address is none";
        string token;
        try
        {
            // Of a client that is gone only the sid is known for sure: it may have had names of its own for people.
            token = tokens.Write(notice, client is not null && notice.UserId is { } user ? subjects.Of(client, user) : null);
        }
        catch (SigningUnavailableException)
        {
            return "the key that signs logout tokens is away";
        }

        // Section 2.5: a form with the one parameter, by POST. A redirect is not followed: the token is for this address.
        using var form = new FormUrlEncodedContent([new("logout_token", token)]);
        try
        {
            return await http.SendAsync(new(uri) { Method = HttpMethod.Post, Content = form, TimeLimit = Longest }, ending) switch
            {
                // Section 2.8 names 200 and says that some frameworks answer with 204.
                OutboundAnswer.Answered { IsSuccess: true } => null,
                OutboundAnswer.Answered answered => $"it answered with {answered.Status}",
                OutboundAnswer.Failed failed => failed.Reason,
                var other => throw new InvalidOperationException($"Unknown answer {other}"),
            };
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return "the server stops";
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Client {Client} was told of the end of session {Session}; attempt {Attempt}.")]
    private static partial void LogTaken(ILogger logger, string client, Guid session, int attempt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Client {Client} was not told of the end of session {Session} in attempt {Attempt}, next at {Next:u}: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string client, Guid session, int attempt, DateTime next, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Client {Client} could not be told of the end of session {Session} in {Attempts} attempt(s): {Reason}. "
            + "`AuthServer logouts list` shows it, and `AuthServer logouts retry` tries again.")]
    private static partial void LogFailed(ILogger logger, string client, Guid session, int attempts, string reason);
}
