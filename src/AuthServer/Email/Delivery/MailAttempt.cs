using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Audit;
using AuthServer.Data.Outboxes;
using AuthServer.Email.Letters;
using AuthServer.Email.Transports;
using AuthServer.Keys;
using AuthServer.Telemetry;

namespace AuthServer.Email.Delivery;

/// <summary>One attempt to send one mail, with the note of its outcome.</summary>
internal sealed partial class MailAttempt(
    OutboxRows rows, LetterSealing sealing, MailComposition composition, IMailTransport transport, AuthMeter meter, TimeProvider time,
    ILogger<MailAttempt> log)
{
    private const int LongestReason = 400, MostNotes = 5;

    private static readonly TimeSpan NotePause = TimeSpan.FromSeconds(1);

    /// <summary>The longest that an attempt takes.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <param name="ending">The process ends: what is under way is left to another one.</param>
    public async Task<SendOutcome> RunAsync(ClaimedMail mail, CancellationToken ending)
    {
        if (mail.ExpiresAt <= time.GetUtcNow().UtcDateTime)
        {
            var late = new SendOutcome.Refused($"it was too late; before: {mail.LastError ?? "no attempt"}");
            await NoteAsync(mail, late, letter: null);
            return late;
        }

        var (letter, unread) = Open(mail);
        var outcome = Clean(unread ?? await SendAsync(mail, letter!, ending), letter);
        // Whether it was sent is not known. Its claim ends by itself.
        if (ending.IsCancellationRequested && outcome is not SendOutcome.Sent) return outcome;
        await NoteAsync(mail, outcome, letter);
        return outcome;
    }

    /// <param name="letter">Null: it was not opened.</param>
    public async Task NoteAsync(ClaimedMail mail, SendOutcome outcome, Letter? letter)
    {
        if (outcome is SendOutcome.Sent)
        {
            await NoteSentAsync(mail, sealing.Seal(mail.Id, new LetterText(letter!.To, Letter: null).ToBytes()));
            meter.Mail(mail.Kind, "sent");
            LogSent(log, mail.Id, mail.Kind, mail.Attempts);
            return;
        }

        var reason = outcome.Said;
        var next = time.GetUtcNow().UtcDateTime
            + RetryTimes.After(mail.Attempts, outcome is SendOutcome.Unavailable { RetryAfter: { } asked } ? asked : null);
        if (outcome is SendOutcome.Refused || next >= mail.ExpiresAt)
        {
            await rows.FailedAsync(mail, reason);
            meter.Mail(mail.Kind, "failed");
            LogFailed(log, mail.Id, mail.Kind, mail.Attempts, reason);
            return;
        }

        await rows.PostponedAsync(mail, next, reason);
        meter.Mail(mail.Kind, "postponed");
        // Of an outage one line is enough, which whoever runs the attempts writes.
        if (outcome is SendOutcome.Postponed) LogPostponed(log, mail.Id, mail.Kind, mail.Attempts, next, reason);
    }

    private (Letter? Letter, SendOutcome? Unread) Open(ClaimedMail mail)
    {
        try
        {
            return LetterText.Read(sealing.Open(mail.Id, mail.SealedLetter)).Letter is { } letter
                ? (letter, null) : (null, new SendOutcome.Refused("it has no content any more"));
        }
        catch (CryptographicException)
        {
            return (null, new SendOutcome.Refused("it does not open with SECRET_KEY"));
        }
        catch (JsonException)
        {
            // During an upgrade: a replica of the other version has written it, and will send it.
            return (null, new SendOutcome.Postponed("this version of the server does not know it"));
        }
    }

    private async Task<SendOutcome> SendAsync(ClaimedMail mail, Letter letter, CancellationToken ending)
    {
        using var late = new CancellationTokenSource(Longest, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ending);
        try
        {
            return await transport.SendAsync(await composition.ComposeAsync(mail.Id, letter, mail.CreatedAt), limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new SendOutcome.Unavailable($"no answer within {Longest.TotalSeconds} seconds");
        }
        catch (FormatException error)
        {
            return new SendOutcome.Refused(error.Message);
        }
#pragma warning disable CA1031 // A mail that cannot be drawn must not keep the others from being sent.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogBroken(log, error, mail.Id, mail.Kind);
            return new SendOutcome.Postponed(error.GetType().Name);
        }
    }

    /// <summary>A note that is lost would be a second copy: the database may be away for a moment.</summary>
    private async Task NoteSentAsync(ClaimedMail mail, byte[] letter)
    {
        for (var left = MostNotes; ; left--)
        {
            try
            {
                await rows.SentAsync(mail, letter);
                return;
            }
            catch (DbException) when (left > 1)
            {
                await Task.Delay(NotePause, time);
            }
        }
    }

    /// <summary>As it may be stored and logged: the other side likes to repeat the address that it refuses, or what was sent.</summary>
    private static SendOutcome Clean(SendOutcome outcome, Letter? letter)
    {
        var said = letter is null ? outcome.Said : outcome.Said.Replace(letter.To, "the address", StringComparison.OrdinalIgnoreCase);
        return outcome.With(ForeignText.Clean(LinkOrCode().Replace(said, "..."), LongestReason) ?? "no reason was given");
    }

    [GeneratedRegex(@"https?://\S+|\d{6,}")]
    private static partial Regex LinkOrCode();

    [LoggerMessage(Level = LogLevel.Information, Message = "Mail {Id} ({Kind}) was sent; attempt {Attempt}.")]
    private static partial void LogSent(ILogger logger, Guid id, string kind, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Id} ({Kind}) was not sent in attempt {Attempt}, next at {Next:u}: {Reason}")]
    private static partial void LogPostponed(ILogger logger, Guid id, string kind, int attempt, DateTime next, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Mail {Id} ({Kind}) is given up after {Attempts} attempt(s): {Reason}. `AuthServer mail list` shows it, and "
            + "`AuthServer mail retry` sends it once the cause is gone.")]
    private static partial void LogFailed(ILogger logger, Guid id, string kind, int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Id} ({Kind}) cannot be made.")]
    private static partial void LogBroken(ILogger logger, Exception error, Guid id, string kind);
}
