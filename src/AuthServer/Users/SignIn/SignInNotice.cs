using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Ui;
using AuthServer.Users.Profile;

namespace AuthServer.Users.SignIn;

/// <summary>Tells people by mail that their account was used on a device that it does not know.</summary>
public sealed class SignInNotice(Outbox outbox, MailSetup mail, IssuerOptions issuer, TimeProvider time)
{
    // Who has just made the account knows.
    private static readonly TimeSpan NewAccount = TimeSpan.FromHours(1);

    /// <summary>What is to be written together with the session.</summary>
    /// <param name="user">Who has signed in.</param>
    /// <param name="knownDevice">As <see cref="KnownDevice.Read(HttpContext, string)"/> found it.</param>
    /// <param name="app">The name of the app that took the password itself; null at a page of this server.</param>
    /// <returns>Null: nobody is to be told.</returns>
    public PendingNotice? For(User user, string? knownDevice, Caller caller, string? app)
    {
        if (knownDevice is not null || !mail.IsOn) return null;
        var now = time.GetUtcNow().UtcDateTime;
        if (now - user.CreatedAt < NewAccount) return null;
        var letter = new NewSignInLetter(
            user.Email!, StandardClaims.LocaleOf(user), user.Id, now, caller.UserAgent, caller.Address, app,
            issuer.IssuerText + PagePaths.AccountSecurity);
        return new(outbox, outbox.Describe(letter), caller);
    }
}

/// <summary>A mail about a sign-in, which is written in the transaction of the session.</summary>
public sealed class PendingNotice(Outbox outbox, OutboxMail mail, Caller caller)
{
    private const int MostInADay = 5;

    // A session from the same place by the same program is no news: apps that do not send their Device-Token, and private windows. And a
    // stranger who has the password must not be able to fill the mailbox.
    private const string Sql =
        Outbox.InsertWhere +
        """
        EXISTS (SELECT 1 FROM user_sessions s WHERE s.id = @session)
          AND NOT EXISTS (SELECT 1 FROM user_sessions s WHERE s.user_id = @about AND s.id <> @session AND s.user_agent = @agent
            AND s.ip_address = @ip)
          AND (SELECT count(*) FROM mail_outbox m WHERE m.user_id = @about AND m.kind = @kind AND m.created_at > @since) < @most
        """;

    /// <summary>Adds the mail to a batch that opens the session.</summary>
    public void AddTo(SqlBatch batch, Guid session) => batch.Add(Sql, values => Fill(values, session));

    /// <summary>Adds the mail in the transaction in which the session was opened.</summary>
    public async Task AddToAsync(OpenedConnection connection, Guid session) =>
        await connection.ExecuteAsync(Sql, values => Fill(values, session), CancellationToken.None);

    /// <summary>After the commit.</summary>
    public void Wake() => outbox.Wake();

    private void Fill(SqlValues values, Guid session) => Outbox.Fill(values, mail).Add("session", session).Add("agent", caller.UserAgent)
        .Add("ip", caller.Address).Add("since", mail.CreatedAt - TimeSpan.FromDays(1)).Add("most", MostInADay);
}
