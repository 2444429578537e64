using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Ui;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;

namespace AuthServer.Users.SignIn;

/// <summary>Tells people by mail that their account was used on a device that it does not know.</summary>
public sealed class SignInNotice(
    Outbox outbox, MailSetup mail, ProofSecrets secrets, Places places, IssuerOptions issuer, TimeProvider time)
{
    // Who has just made the account knows.
    private static readonly TimeSpan NewAccount = TimeSpan.FromHours(1);

    /// <summary>What is to be written together with the session.</summary>
    /// <param name="user">Who has signed in.</param>
    /// <param name="isKnown">As <see cref="KnownDevice.IsTrusted"/> found it.</param>
    /// <param name="app">The name of the app that took the password itself; null at a page of this server.</param>
    /// <returns>Null: nobody is to be told.</returns>
    public PendingNotice? For(User user, bool isKnown, Caller caller, string? app)
    {
        if (isKnown || !mail.IsOn) return null;
        var now = time.GetUtcNow().UtcDateTime;
        if (now - user.CreatedAt < NewAccount) return null;
        var language = StandardClaims.LocaleOf(user);
        var letter = new NewSignInLetter(
            user.Email!, language, user.Id, now, caller.UserAgent, caller.Address, app, issuer.IssuerText + PagePaths.AccountSecurity,
            Place: places.Of(caller.Address, language));
        return new(outbox, secrets, letter, issuer.IssuerText + PagePaths.NotMe, caller);
    }
}

/// <summary>A mail about a sign-in, with the proof for its link; both are written in the transaction of the session.</summary>
public sealed class PendingNotice(Outbox outbox, ProofSecrets secrets, NewSignInLetter letter, string notMe, Caller caller)
{
    private const int MostInADay = 5;

    // People read such a mail when they come home.
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    // A session from the same place by the same program is no news: apps that do not send their Device-Token, and private windows. And a
    // stranger who has the password must not be able to fill the mailbox.
    private const string MailSql =
        Outbox.InsertWhere +
        """
        EXISTS (SELECT 1 FROM user_sessions s WHERE s.id = @session)
          AND NOT EXISTS (SELECT 1 FROM user_sessions s WHERE s.user_id = @about AND s.id <> @session AND s.user_agent = @agent
            AND s.ip_address = @ip)
          AND (SELECT count(*) FROM mail_outbox m WHERE m.user_id = @about AND m.kind = @kind AND m.created_at > @since) < @most
        """;

    private const string ProofSql =
        """
        INSERT INTO account_proofs (id, purpose, user_id, email, code_hash, link_hash, tries, created_at, expires_at)
        SELECT @session, @purpose, @about, @email, @code, @link, 0, @created, @end
        WHERE EXISTS (SELECT 1 FROM mail_outbox m WHERE m.id = @mail)
        """;

    /// <summary>Adds both to a batch that opens the session.</summary>
    public void AddTo(SqlBatch batch, Guid session)
    {
        var (mail, token) = Write(session);
        batch.Add(MailSql, values => FillMail(values, mail, session));
        batch.Add(ProofSql, values => FillProof(values, mail, session, token));
    }

    /// <summary>Adds both in the transaction in which the session was opened.</summary>
    public async Task AddToAsync(OpenedConnection connection, Guid session)
    {
        var (mail, token) = Write(session);
        if (await connection.ExecuteAsync(MailSql, values => FillMail(values, mail, session), CancellationToken.None) == 0) return;
        await connection.ExecuteAsync(ProofSql, values => FillProof(values, mail, session, token), CancellationToken.None);
    }

    /// <summary>After the commit.</summary>
    public void Wake() => outbox.Wake();

    private (OutboxMail Mail, string Token) Write(Guid session)
    {
        var token = ProofSecrets.NewToken(session);
        return (outbox.Describe(letter with { NotMeLink = $"{notMe}?token={token}" }), token);
    }

    private void FillMail(SqlValues values, OutboxMail mail, Guid session) => Outbox.Fill(values, mail).Add("session", session)
        .Add("agent", caller.UserAgent).Add("ip", caller.Address).Add("since", mail.CreatedAt - TimeSpan.FromDays(1))
        .Add("most", MostInADay);

    // Nobody is told the code: such a proof works by its link alone.
    private void FillProof(SqlValues values, OutboxMail mail, Guid session, string token) => values.Add("session", session)
        .Add("purpose", (int)ProofPurpose.NotMe).Add("about", mail.UserId).Add("email", letter.To)
        .Add("code", secrets.HashOfCode(session, token)).Add("link", secrets.HashOfToken(session, token)).Add("created", mail.CreatedAt)
        .Add("end", mail.CreatedAt + Life).Add("mail", mail.Id);
}
