using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Email.Delivery;

/// <summary>A mail as an operator sees it: to whom, and what became of it, but not what it says.</summary>
/// <param name="To">Null: it does not open with SECRET_KEY.</param>
internal sealed record SeenMail(OutboxMail Row, string? To);

/// <summary>What an operator does with the outbox.</summary>
internal sealed class OutboxView(AuthDbContext db, LetterSealing sealing, TimeProvider time)
{
    /// <param name="withSent">Also those that were sent.</param>
    /// <returns>The newest first.</returns>
    public async Task<IReadOnlyList<SeenMail>> ListAsync(bool withSent, int most, CancellationToken cancellationToken)
    {
        var rows = await db.Mails.AsNoTracking().Where(mail => withSent || mail.State != MailState.Sent)
            .OrderByDescending(mail => mail.CreatedAt).Take(most).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new SeenMail(row, Open(row)?.To))];
    }

    /// <summary>Sends mails that were given up once more: now.</summary>
    /// <param name="id">Null: all that were given up.</param>
    /// <returns>For each, why it is not sent; null: it will be.</returns>
    public async Task<IReadOnlyList<(OutboxMail Row, string? Refusal)>> RetryAsync(Guid? id, CancellationToken cancellationToken)
    {
        var rows = await db.Mails.AsNoTracking().Where(mail => id == null ? mail.State == MailState.Failed : mail.Id == id)
            .OrderBy(mail => mail.CreatedAt).ToListAsync(cancellationToken);
        var outcomes = new List<(OutboxMail, string?)>();
        foreach (var row in rows) outcomes.Add((row, await RetryAsync(row, cancellationToken)));
        return outcomes;
    }

    private async Task<string?> RetryAsync(OutboxMail row, CancellationToken cancellationToken)
    {
        if (row.State == MailState.Sent) return "it was sent already";
        // It may be on its way at this moment.
        if (row.State == MailState.Waiting) return "it waits, and is sent by itself";
        if (Open(row)?.Letter is not { } letter) return "it does not open with SECRET_KEY, or this version does not know it";
        var now = time.GetUtcNow().UtcDateTime;
        var end = letter.UsefulFor is { } useful ? row.CreatedAt + useful : now + Outbox.Patience;
        if (end <= now) return "the code or link in it has expired: the person has to ask for a new one";
        // The number of attempts goes on: it tells whose attempt a note is of.
        var moved = await db.Mails.Where(mail => mail.Id == row.Id && mail.State == MailState.Failed).ExecuteUpdateAsync(
            set => set.SetProperty(mail => mail.State, MailState.Waiting).SetProperty(mail => mail.NextAttemptAt, now)
                .SetProperty(mail => mail.ExpiresAt, end)
                .SetProperty(mail => mail.EndedAt, (DateTime?)null),
            cancellationToken);
        return moved == 1 ? null : "it has changed meanwhile";
    }

    private LetterText? Open(OutboxMail row)
    {
        try
        {
            return LetterText.Read(sealing.Open(row.Id, row.SealedLetter));
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
