using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Delivery;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmtpServer.Protocol;

namespace AuthServer.IntegrationTests.Email;

/// <summary>From the row in the outbox to the mail server, over SMTP.</summary>
public abstract class MailDeliveryTests(MailHost fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private readonly string _to = $"{Guid.CreateVersion7():N}@example.org";

    [Fact]
    public async Task A_mail_leaves_after_its_transaction_is_committed_and_never_without()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var (db, outbox) = (scope.ServiceProvider.GetRequiredService<AuthDbContext>(), scope.ServiceProvider.GetRequiredService<Outbox>());
        await using (await db.Database.BeginTransactionAsync())
        {
            outbox.Add(db, NewLetter("rolled-back@example.org"));
            await db.SaveChangesAsync();
        }

        db.ChangeTracker.Clear();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            outbox.Add(db, NewLetter(_to));
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        outbox.Wake();
        await fixture.Mail.ToAsync(_to);
        Assert.Empty(fixture.Mail.To("rolled-back@example.org"));
    }

    [Fact]
    public async Task A_mail_server_can_tell_who_sends_what_and_that_no_person_wrote_it()
    {
        var id = await AddAsync(NewLetter(_to));
        var mail = Assert.Single(await fixture.Mail.ToAsync(_to));
        Assert.Equal($"\"Example\" <{MailHost.Sender}>", mail.From.Single().ToString());
        Assert.Equal("help@example.com", mail.ReplyTo.Mailboxes.Single().Address);
        Assert.Equal($"{id:N}@example.com", mail.MessageId);
        Assert.Equal(fixture.Time.GetUtcNow(), mail.Date, TimeSpan.FromMinutes(5));
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.Null(mail.Headers["List-Unsubscribe"]);
        Assert.Equal("Your Example password was changed", mail.Subject);
        Assert.Contains("The account " + _to + " has a new password.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("<h1", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_is_kept_without_its_content()
    {
        var id = await AddAsync(NewLetter(_to));
        await StateAsync(id, MailState.Sent);
        var row = await RowAsync(id);
        Assert.Equal((1, null), (row.Attempts, row.LastError));
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var view = scope.ServiceProvider.GetRequiredService<OutboxView>();
        Assert.Equal(_to, (await view.ListAsync(withSent: true, 1000, default)).Single(m => m.Row.Id == id).To);
        Assert.Equal("it was sent already", Assert.Single(await view.RetryAsync(id, default)).Refusal);
        Assert.DoesNotContain(await view.ListAsync(withSent: false, 1000, default), m => m.Row.Id == id);
    }

    [Fact]
    public async Task A_recipient_who_is_refused_for_now_is_tried_again_later()
    {
        fixture.Mail.Recipients = to => to == _to ? new SmtpResponse((SmtpReplyCode)450, "mailbox busy") : null;
        var id = await AddAsync(NewLetter(_to));
        await Eventually.UntilAsync("an attempt was noted", async () => (await RowAsync(id)).LastError is not null);
        var row = await RowAsync(id);
        Assert.Equal((MailState.Waiting, 1), (row.State, row.Attempts));
        Assert.Contains("450 mailbox busy", row.LastError, StringComparison.Ordinal);
        fixture.Mail.Recipients = _ => null;
        fixture.Time.Advance(Soon);
        await fixture.Mail.ToAsync(_to);
        await StateAsync(id, MailState.Sent);
    }

    [Fact]
    public async Task A_recipient_who_is_refused_for_good_is_given_up_until_an_operator_tries_again()
    {
        fixture.Mail.Recipients = to =>
            to == _to ? new SmtpResponse(
                SmtpReplyCode.MailboxUnavailable, $"<{_to}> is unknown here, see https://example.com/reset?code=1 or 123456") : null;
        var id = await AddAsync(NewLetter(_to));
        await StateAsync(id, MailState.Failed);
        // Neither the address of a person nor what is in a mail stands in the clear.
        Assert.StartsWith("550 <the address> is unknown here, see ... or ...", (await RowAsync(id)).LastError, StringComparison.Ordinal);

        fixture.Mail.Recipients = _ => null;
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.Null(Assert.Single(await scope.ServiceProvider.GetRequiredService<OutboxView>().RetryAsync(id, default)).Refusal);
        fixture.Time.Advance(Soon);
        await fixture.Mail.ToAsync(_to);
        await StateAsync(id, MailState.Sent);
    }

    [Fact]
    public async Task A_mail_that_waited_beyond_its_use_is_given_up_and_not_sent()
    {
        var id = await AddAsync(NewLetter(_to), wakes: false);
        fixture.Time.Advance(TimeSpan.FromDays(4));
        await StateAsync(id, MailState.Failed);
        Assert.StartsWith("it was too late", (await RowAsync(id)).LastError, StringComparison.Ordinal);
        Assert.Empty(fixture.Mail.To(_to));
    }

    [Fact]
    public async Task Of_many_that_claim_at_once_each_mail_has_one()
    {
        var rows = fixture.Host.Services.GetRequiredService<OutboxRows>();
        var added = new List<Guid>();
        for (var i = 0; i < 20; i++) added.Add(await AddAsync(NewLetter(_to), wakes: false));
        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => rows.ClaimAsync(5, Soon, default))));
        var ids = claimed.SelectMany(list => list.Select(mail => mail.Id)).ToList();
        Assert.Distinct(ids);
        Assert.Subset(ids.ToHashSet(), added.Take(ids.Count).ToHashSet());
        Assert.True(ids.Count >= added.Count, $"{ids.Count} were claimed");
    }

    [Fact]
    public async Task The_mail_of_a_process_that_died_is_sent_by_another_with_the_same_name()
    {
        var rows = fixture.Host.Services.GetRequiredService<OutboxRows>();
        var id = await AddAsync(NewLetter(_to), wakes: false);
        var lost = (await rows.ClaimAsync(1000, Soon, default)).Single(mail => mail.Id == id);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(fixture.Mail.To(_to));
        fixture.Time.Advance(Soon);
        Assert.Equal($"{id:N}@example.com", Assert.Single(await fixture.Mail.ToAsync(_to)).MessageId);
        await StateAsync(id, MailState.Sent);
        // The one that was taken for dead comes back: what it says of its attempt no longer counts.
        await rows.FailedAsync(lost, "late");
        Assert.Equal((MailState.Sent, 2), ((await RowAsync(id)).State, (await RowAsync(id)).Attempts));
    }

    [Fact]
    public async Task Rows_of_mails_that_have_ended_are_purged_and_those_that_wait_are_not()
    {
        var sent = await AddAsync(NewLetter(_to));
        await StateAsync(sent, MailState.Sent);
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var purge = scope.ServiceProvider.GetRequiredService<ExpiredRows>();
        await purge.PurgeAsync(default);
        Assert.NotNull(await FindAsync(sent));
        // As where mail was switched off: nothing gives it up any more.
        var forgotten = await AddAsync(NewLetter(_to), wakes: false);
        await fixture.Host.WithDatabaseAsync(db => db.Mails.Where(m => m.Id == forgotten).ExecuteUpdateAsync(m => m
            .SetProperty(x => x.ExpiresAt, fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2))
            .SetProperty(x => x.NextAttemptAt, fixture.Time.GetUtcNow().UtcDateTime.AddDays(30))));
        await purge.PurgeAsync(default);
        Assert.Null(await FindAsync(forgotten));
        fixture.Time.Advance(TimeSpan.FromDays(8));
        await purge.PurgeAsync(default);
        Assert.Null(await FindAsync(sent));
    }

    private static PasswordChangedLetter NewLetter(string to) =>
        new(to, "en", null, TimeProvider.System.GetUtcNow().UtcDateTime, ByAdmin: false, AuthServerHost.IssuerText);

    private async Task<Guid> AddAsync(Letter letter, bool wakes = true)
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var (db, outbox) = (scope.ServiceProvider.GetRequiredService<AuthDbContext>(), scope.ServiceProvider.GetRequiredService<Outbox>());
        outbox.Add(db, letter);
        await db.SaveChangesAsync();
        if (wakes) outbox.Wake();
        return db.Mails.Local.Single().Id;
    }

    private Task<OutboxMail?> FindAsync(Guid id) =>
        fixture.Host.WithDatabaseAsync(db => db.Mails.AsNoTracking().FirstOrDefaultAsync(mail => mail.Id == id));

    private async Task<OutboxMail> RowAsync(Guid id) => (await FindAsync(id))!;

    private Task StateAsync(Guid id, MailState state) =>
        Eventually.UntilAsync($"the mail is {state}", async () => (await RowAsync(id)).State == state);
}

public sealed class MailDeliveryOnSqlite(SqliteMailHost fixture) : MailDeliveryTests(fixture), IClassFixture<SqliteMailHost>;

public sealed class MailDeliveryOnPostgres(PostgresMailHost fixture) : MailDeliveryTests(fixture), IClassFixture<PostgresMailHost>;
