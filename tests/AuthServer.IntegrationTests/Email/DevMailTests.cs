using System.Net;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Email;

/// <summary>Where no way for mail is configured: files and /dev/mail in Development, and nothing in Production.</summary>
public sealed class DevMailTests
{
    [Fact]
    public async Task In_Development_mails_become_files_that_a_page_shows()
    {
        await using var host = await AuthServerHost.StartAsync(new(DatabaseKind.Sqlite) { Environment = "Development" });
        var browser = host.NewBrowser();
        Assert.True(host.Services.GetRequiredService<MailSetup>().IsOn);
        Assert.Contains("There are no mails yet", (await browser.OpenAsync("/dev/mail")).Body, StringComparison.Ordinal);
        await AddAsync(host);
        var list = await browser.OpenAsync("/dev/mail");
        await Eventually.UntilAsync("the mail is a file", async () =>
        {
            list = await browser.OpenAsync("/dev/mail");
            return list.Document.QuerySelector(".mails a") is not null;
        });
        var file = Assert.Single(Directory.GetFiles(Path.Combine(host.Database.Folder, "mail")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var link = list.Document.QuerySelector(".mails a")!;
        Assert.Equal("Your AuthPlatform password was changed", link.TextContent.Trim());
        var mail = await browser.OpenAsync(link.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, mail.Status);
        Assert.Contains("The account alice@example.test has a new password.", mail.Body, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Body, StringComparison.Ordinal);
        var frame = await browser.OpenAsync(mail.Document.QuerySelector("iframe")!.GetAttribute("src")!);
        Assert.Contains("<h1", frame.Body, StringComparison.Ordinal);
        var policy = frame.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        foreach (var part in new[] { "sandbox", "base-uri 'none'", "form-action 'none'", $"img-src data: https: {host.Issuer.Origin}; " })
            Assert.Contains(part, policy, StringComparison.Ordinal);
        var shown = await browser.OpenAsync("/dev/gallery/mail/mail-password-reset/html");
        Assert.Equal(policy, shown.Headers.GetValues("Content-Security-Policy").Single());
        foreach (var other in new[] { "/dev/mail/..%2Fsecrets.json", "/dev/mail/secrets.json", "/dev/mail/x.eml/html" })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(other)).Status);
    }

    [Fact]
    public async Task In_Production_mail_is_off_and_writes_nothing()
    {
        await using var host = await AuthServerHost.StartAsync(new(DatabaseKind.Sqlite));
        Assert.False(host.Services.GetRequiredService<MailSetup>().IsOn);
        Assert.Equal(0, await AddAsync(host));
        Assert.Equal(HttpStatusCode.NotFound, (await host.NewBrowser().OpenAsync("/dev/mail")).Status);
    }

    private static async Task<int> AddAsync(AuthServerHost host)
    {
        var outbox = host.Services.GetRequiredService<Outbox>();
        var written = await host.WithDatabaseAsync(db =>
        {
            outbox.Add(db, new PasswordChangedLetter(Seed.Alice.Email, null, null, default, ByAdmin: false, host.Issuer.Text));
            return db.SaveChangesAsync();
        });
        outbox.Wake();
        return written;
    }
}
