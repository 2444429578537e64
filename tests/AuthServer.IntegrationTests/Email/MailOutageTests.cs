using System.Globalization;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Delivery;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Email;

/// <summary>The mail server goes away, or this server ends while a mail is under way.</summary>
public sealed class MailOutageTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Mails_wait_while_the_mail_server_is_away_and_leave_when_it_is_back_and_operators_see_it()
    {
        var port = FreePorts.Next();
        await using var host = await StartAsync(port);
        for (var i = 0; i < 5; i++) await AddAsync(host, $"person{i}@example.org");
        host.Services.GetRequiredService<Outbox>().Wake();
        var mail = default(System.Text.Json.JsonElement);
        await Eventually.UntilAsync("health tells of the outage", async () =>
        {
            var health = await ManagementView.ReadinessOfAsync(host.Services);
            Assert.Equal("ready", health.GetProperty("status").GetString());
            return health.TryGetProperty("mail", out mail) && mail.GetProperty("outage").ValueKind != System.Text.Json.JsonValueKind.Null;
        });
        await Eventually.UntilAsync("each is noted", () => host.WithDatabaseAsync(db => db.Mails.AllAsync(m => m.LastError != null)));
        Assert.All(await RowsAsync(host), row => Assert.Equal((MailState.Waiting, 1), (row.State, row.Attempts)));

        await using var server = MailServer.Start(port: port);
        _time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 5; i++) await server.ToAsync($"person{i}@example.org");
        await Eventually.UntilAsync("health is calm again", async () =>
        {
            mail = (await ManagementView.ReadinessOfAsync(host.Services)).GetProperty("mail");
            return mail.GetProperty("waiting").GetInt32() == 0
                && mail.GetProperty("outage").ValueKind == System.Text.Json.JsonValueKind.Null;
        });
    }

    [Fact]
    public async Task One_mail_that_makes_the_service_fail_holds_no_other_back()
    {
        await using var service = await MailApiServer.StartAsync();
        service.Fails = call => call.Body.Contains("poison@example.org", StringComparison.Ordinal);
        await using var host = await StartAsync(new Dictionary<string, string>
        {
            ["EMAIL_SERVICE"] = "json", ["EMAIL_SERVICE_URL"] = service.Address.AbsoluteUri, ["EMAIL_FROM"] = "id@example.com",
        });
        await AddAsync(host, "poison@example.org");
        host.Services.GetRequiredService<Outbox>().Wake();
        await Eventually.UntilAsync("it was tried", () => host.WithDatabaseAsync(db => db.Mails.AnyAsync(m => m.LastError != null)));
        // The clock stands still: nothing that is put off is tried.
        for (var i = 0; i < 8; i++) await AddAsync(host, $"person{i}@example.org");
        host.Services.GetRequiredService<Outbox>().Wake();
        await Eventually.UntilAsync(
            "the others have left",
            () => host.WithDatabaseAsync(async db => await db.Mails.CountAsync(m => m.State == MailState.Sent) == 8));
        Assert.Equal((MailState.Waiting, 1), (await RowsAsync(host)).Where(m => m.State != MailState.Sent)
            .Select(m => (m.State, m.Attempts)).Single());
    }

    [Fact]
    public async Task A_mail_that_is_under_way_when_the_server_ends_is_finished_and_noted()
    {
        await using var server = MailServer.Start();
        var (arrived, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.BeforeAnswer = () =>
        {
            arrived.TrySetResult();
            return goesOn.Task;
        };
        await using var host = await StartAsync(server.Port);
        await AddAsync(host, "alice@example.org");
        host.Services.GetRequiredService<Outbox>().Wake();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var ended = host.Services.GetServices<IHostedService>().OfType<MailDelivery>().Single().StopAsync(default);
        goesOn.SetResult();
        await ended;
        Assert.Equal(MailState.Sent, Assert.Single(await RowsAsync(host)).State);
        Assert.Single(server.Mails);
    }

    private Task<AuthServerHost> StartAsync(int port) => StartAsync(new Dictionary<string, string>
    {
        ["SMTP_URL"] = string.Create(CultureInfo.InvariantCulture, $"smtp://127.0.0.1:{port}?tls=none"),
        ["EMAIL_FROM"] = "id@example.com",
    });

    private Task<AuthServerHost> StartAsync(Dictionary<string, string> settings) => AuthServerHost.StartAsync(new(DatabaseKind.Sqlite)
    {
        Time = _time,
        SeedFile = null,
        Settings = settings,
    });

    private static Task<int> AddAsync(AuthServerHost host, string to) => host.WithDatabaseAsync(db =>
    {
        host.Services.GetRequiredService<Outbox>().Add(
            db, new PasswordChangedLetter(to, null, null, default, ByAdmin: false, AuthServerHost.IssuerText));
        return db.SaveChangesAsync();
    });

    private static Task<List<OutboxMail>> RowsAsync(AuthServerHost host) =>
        host.WithDatabaseAsync(db => db.Mails.AsNoTracking().ToListAsync());
}
