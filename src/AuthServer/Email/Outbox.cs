using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Email.Delivery;
using AuthServer.Email.Letters;
using AuthServer.Keys;
using AuthServer.Ui.Resources;

namespace AuthServer.Email;

/// <summary>
/// Where mails wait: a row is written in the transaction of what it tells of, and sent after that has been committed, also when this
/// process ends in between.
/// </summary>
/// <remarks>Where mail is off nothing is written: what asks <see cref="MailSetup"/> first never gets here.</remarks>
public sealed class Outbox(MailSetup setup, LetterSealing sealing, MailSignal signal, TimeProvider time)
{
    /// <summary>Adds a mail if the condition that follows it holds; its parameters are those of <see cref="Fill"/>.</summary>
    public const string InsertWhere =
        """
        INSERT INTO mail_outbox (id, kind, user_id, sealed_letter, state, attempts, next_attempt_at, created_at, expires_at)
        SELECT @mail, @kind, @about, @letter, 0, 0, @created, @created, @end WHERE
        """ + " ";

    // News stays news so long, for an operator who comes back on Monday.
    internal static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    /// <summary>Adds a mail to the changes of a context, so that it is committed with them; after that, <see cref="Wake"/>.</summary>
    public void Add(AuthDbContext database, Letter letter)
    {
        if (setup.IsOn) database.Mails.Add(Describe(letter));
    }

    /// <summary>A row that the caller adds, by <see cref="InsertWhere"/>.</summary>
    /// <remarks>Where the account has no language, a mail is in that of the page which asked for it.</remarks>
    public OutboxMail Describe(Letter letter)
    {
        letter = letter with { Language = letter.Language ?? Language.Current?.Tag };
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new OutboxMail
        {
            Id = id,
            Kind = letter.Kind,
            UserId = letter.UserId,
            SealedLetter = sealing.Seal(id, new LetterText(letter.To, letter).ToBytes()),
            NextAttemptAt = now.UtcDateTime,
            CreatedAt = now.UtcDateTime,
            ExpiresAt = (now + (letter.UsefulFor ?? Patience)).UtcDateTime,
        };
    }

    /// <summary>The values of <see cref="InsertWhere"/>.</summary>
    public static SqlValues Fill(SqlValues values, OutboxMail mail) => values.Add("mail", mail.Id).Add("kind", mail.Kind)
        .Add("about", mail.UserId).Add("letter", mail.SealedLetter).Add("created", mail.CreatedAt).Add("end", mail.ExpiresAt);

    /// <summary>Delivery begins at once, and not at its next look. Called after the commit.</summary>
    public void Wake() => signal.Wake();
}
