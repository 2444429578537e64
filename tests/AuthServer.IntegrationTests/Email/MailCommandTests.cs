using System.Globalization;
using System.Text.Json;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Doctor;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmtpServer.Protocol;

namespace AuthServer.IntegrationTests.Email;

/// <summary>AuthServer mail, and what doctor says of mail, as an operator runs them.</summary>
public sealed class MailCommandTests : IAsyncLifetime
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly MailServer _mail = MailServer.Start();

    private string SmtpUrl => string.Create(CultureInfo.InvariantCulture, $"smtp://127.0.0.1:{_mail.Port}?tls=none");

    public async ValueTask InitializeAsync() =>
        Assert.Equal(0, (await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], "migrate")).ExitCode);

    public async ValueTask DisposeAsync()
    {
        await _mail.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task An_operator_tries_out_the_way_and_reads_the_answer()
    {
        var (done, output, errors) = await RunAsync("test", "you@example.com");
        Assert.True(done == 0, errors);
        Assert.Contains($"smtp://127.0.0.1:{_mail.Port} has taken it: ", output, StringComparison.Ordinal);
        Assert.Equal("Test email from AuthPlatform", Assert.Single(_mail.To("you@example.com")).Subject);

        _mail.Recipients = _ => new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "nobody here");
        var (refused, _, why) = await RunAsync("test", "you@example.com");
        Assert.Equal(1, refused);
        Assert.Contains("has not taken it: 550 nobody here", why, StringComparison.Ordinal);
        Assert.Equal(65, (await RunAsync("test", "you@example.com, other@example.com")).ExitCode);
        var (off, _, how) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], "mail", "test", "you@example.com");
        Assert.Equal(78, off);
        Assert.Contains("SMTP_URL", how, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_outbox_is_listed_and_nothing_is_there_to_retry()
    {
        var (listed, output, _) = await RunAsync("list", "--all", "--json");
        Assert.Equal((0, 0), (listed, JsonElement.Parse(output).GetArrayLength()));
        Assert.Contains("No mail was given up.", (await RunAsync("retry", "--all")).Output, StringComparison.Ordinal);
        Assert.Equal(65, (await RunAsync("retry", "x")).ExitCode);
        Assert.Equal(1, (await RunAsync("retry", Guid.CreateVersion7().ToString())).ExitCode);
        Assert.Equal(64, (await RunAsync("retry")).ExitCode);
        Assert.Equal(64, (await RunAsync("forward")).ExitCode);
    }

    [Fact]
    public async Task A_mail_that_was_given_up_is_listed_without_its_content_and_sent_once_more()
    {
        _mail.Recipients = _ => new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "nobody here");
        await using var host = await AuthServerHost.StartAsync(new(DatabaseKind.Sqlite)
        {
            SeedFile = null,
            Settings = new Dictionary<string, string> { ["SMTP_URL"] = SmtpUrl, ["EMAIL_FROM"] = "id@example.com" },
        });
        var outbox = host.Services.GetRequiredService<Outbox>();
        await host.WithDatabaseAsync(db =>
        {
            outbox.Add(db, new PasswordChangedLetter("bob@example.com", null, null, default, ByAdmin: false, "https://secret.example.com"));
            return db.SaveChangesAsync();
        });
        outbox.Wake();
        (string, string)[] settings = [("AUTHSERVER_DATA", host.Database.Folder), ("API_BASE_URL", AuthServerHost.IssuerText),
            ("SECRET_KEY", AuthServerHost.SecretKey), ("JWT_SECRET", AuthServerHost.JwtSecret)];
        await Eventually.UntilAsync(
            "it is given up", () => host.WithDatabaseAsync(db => db.Mails.AnyAsync(m => m.State == MailState.Failed)));

        var (_, listed, _) = await ServerProcess.RunAsync(settings, "mail", "list", "--json");
        var line = Assert.Single(JsonElement.Parse(listed).EnumerateArray());
        Assert.Equal(("bob@example.com", "failed"), (line.GetProperty("to").GetString(), line.GetProperty("state").GetString()));
        Assert.DoesNotContain("secret.example.com", listed, StringComparison.Ordinal);
        var doctor = await DoctorRun.OfAsync([.. settings, ("SMTP_URL", SmtpUrl), ("EMAIL_FROM", "id@example.com")]);
        doctor.Has("Mail", "warning", "1 mail(s) of the last 30 days were given up");

        _mail.Recipients = _ => null;
        var (retried, output, _) = await ServerProcess.RunAsync(settings, "mail", "retry", line.GetProperty("id").GetString()!);
        Assert.Equal(0, retried);
        Assert.Contains("is sent now", output, StringComparison.Ordinal);
        outbox.Wake();
        await _mail.ToAsync("bob@example.com");
    }

    [Fact]
    public async Task Doctor_asks_the_mail_server()
    {
        var run = await DoctorAsync(("SMTP_URL", SmtpUrl), ("EMAIL_FROM", "id@example.com"));
        run.Has("Mail", "ok", $"smtp://127.0.0.1:{_mail.Port} answers, without a sign-in");
        run = await DoctorAsync(("SMTP_URL", $"smtp://127.0.0.1:{_mail.Port}"), ("EMAIL_FROM", "id@example.com"));
        run.Has("Mail", "wrong", "STARTTLS");
        run = await DoctorAsync(("SMTP_URL", SmtpUrl));
        run.Has("Configuration", "wrong", "EMAIL_FROM: is not set");
        run.Has("Mail", "skipped", "refused");
        run = await DoctorAsync(("EMAIL_SERVICE_API_KEY", "kept"));
        run.Has("Configuration", "warning", "EMAIL_SERVICE_API_KEY is set, and EMAIL_SERVICE is not");
        run.Has("Mail", "skipped", "nothing is configured");
    }

    private Task<DoctorRun> DoctorAsync(params (string Key, string Value)[] settings) =>
        DoctorRun.OfAsync([("AUTHSERVER_DATA", _data), .. settings]);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => ServerProcess.RunAsync(
        [("AUTHSERVER_DATA", _data), ("SMTP_URL", SmtpUrl), ("EMAIL_FROM", "id@example.com")], ["mail", .. arguments]);
}
