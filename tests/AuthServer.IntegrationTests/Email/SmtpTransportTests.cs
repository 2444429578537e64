using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;
using AuthServer.Doctor;
using AuthServer.Email;
using AuthServer.Email.Transports;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui.Emails;

namespace AuthServer.IntegrationTests.Email;

/// <summary>The way to a mail server: encryption, whom it trusts, user and password.</summary>
public sealed class SmtpTransportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smtp-").FullName;
    private readonly TestAuthority _authority = new("mail authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("smtp", false)]
    [InlineData("smtps", true)]
    public async Task A_mail_goes_by_an_encrypted_connection_with_user_and_password(string scheme, bool isTlsFromTheStart)
    {
        using var certificate = Issue("localhost");
        await using var server = MailServer.Start(certificate, isTlsFromTheStart, asksForPassword: true);
        var url = Url(
            scheme, server, $"{MailServer.User}:{Uri.EscapeDataString(MailServer.Password)}@",
            $"?sslrootcert={_authority.WriteRoot(_folder)}");
        Assert.IsType<SendOutcome.Sent>(await SendAsync(url));
        Assert.Single(server.To("alice@example.org"));
        Assert.Equal(Verdict.Ok, (await LookAsync(url)).Verdict);
    }

    [Fact]
    public async Task A_wrong_password_is_an_outage_and_not_shown()
    {
        using var certificate = Issue("localhost");
        await using var server = MailServer.Start(certificate, asksForPassword: true);
        var url = Url("smtp", server, $"{MailServer.User}:hunter2@", $"?sslrootcert={_authority.WriteRoot(_folder)}");
        var outcome = Assert.IsType<SendOutcome.Unavailable>(await SendAsync(url));
        Assert.DoesNotContain("hunter2", outcome.Said, StringComparison.Ordinal);
        Assert.Equal(Verdict.Wrong, (await LookAsync(url)).Verdict);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_server_without_encryption_gets_no_mail_and_no_password()
    {
        await using var server = MailServer.Start();
        var outcome = Assert.IsType<SendOutcome.Unavailable>(await SendAsync(Url("smtp", server, "relay:secret@")));
        Assert.Contains("STARTTLS", outcome.Said, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
        Assert.IsType<SendOutcome.Sent>(await SendAsync(Url("smtp", server, "", "?tls=none")));
    }

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("other.example.com", true)]
    public async Task A_certificate_of_an_unknown_authority_or_of_another_host_is_refused(string host, bool isTrusted)
    {
        using var certificate = Issue(host);
        await using var server = MailServer.Start(certificate);
        var url = Url("smtp", server, "", isTrusted ? $"?sslrootcert={_authority.WriteRoot(_folder)}" : "");
        Assert.StartsWith(
            "no encrypted connection", Assert.IsType<SendOutcome.Unavailable>(await SendAsync(url)).Said, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task An_authority_that_is_named_stands_in_place_of_those_of_the_machine()
    {
        using var certificate = Issue("localhost");
        using var other = new TestAuthority("another authority");
        await using var server = MailServer.Start(certificate);
        Assert.IsType<SendOutcome.Unavailable>(await SendAsync(Url("smtp", server, "", $"?sslrootcert={other.WriteRoot(_folder)}")));
        Assert.Empty(server.Mails);
    }

    /// <summary>A peer that takes the mail and then says nothing more must not hold up the mails that come after.</summary>
    [Fact]
    public async Task A_mail_server_that_never_says_goodbye_is_left()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = SilentAtTheEndAsync(listener);
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        using var transport = New(string.Create(CultureInfo.InvariantCulture, $"smtp://127.0.0.1:{port}?tls=none"));
        Assert.IsType<SendOutcome.Sent>(await transport.SendAsync(Mail(), default));
        await transport.RestAsync().WaitAsync(TimeSpan.FromSeconds(90));
        listener.Stop();
        await serving;
    }

    private static async Task SilentAtTheEndAsync(System.Net.Sockets.TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail.example.test");
        for (var isData = false; await reader.ReadLineAsync() is { } line;)
        {
            if (isData && line != ".") continue;
            if (line.StartsWith("QUIT", StringComparison.Ordinal)) continue;
            isData = line == "DATA";
            await writer.WriteLineAsync(isData ? "354 go on" : "250 ok");
        }
    }

    [Fact]
    public async Task Mails_that_follow_each_other_share_a_connection()
    {
        await using var server = MailServer.Start();
        using var transport = New(Url("smtp", server, "", "?tls=none"));
        for (var i = 0; i < 3; i++) Assert.IsType<SendOutcome.Sent>(await transport.SendAsync(Mail(), default));
        Assert.Equal((3, 1), (server.Mails.Count, server.Connections));
        await transport.RestAsync();
        Assert.IsType<SendOutcome.Sent>(await transport.SendAsync(Mail(), default));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_connection_that_the_server_has_closed_meanwhile_is_made_anew()
    {
        var server = MailServer.Start();
        var port = server.Port;
        using var transport = New(Url("smtp", server, "", "?tls=none"));
        Assert.IsType<SendOutcome.Sent>(await transport.SendAsync(Mail(), default));
        await server.DisposeAsync();
        Assert.IsType<SendOutcome.Unavailable>(await transport.SendAsync(Mail(), default));
        await using var again = MailServer.Start(port: port);
        Assert.IsType<SendOutcome.Sent>(await transport.SendAsync(Mail(), default));
    }

    private X509Certificate2 Issue(string host)
    {
        var (certificate, key) = _authority.Issue(host, [host]);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static string Url(string scheme, MailServer server, string credentials, string query = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{scheme}://{credentials}localhost:{server.Port}{query}");

    private static SmtpTransport New(string url)
    {
        var options = new EmailOptions { SmtpUrl = url, From = "id@example.com" };
        var problems = new SettingProblems();
        options.Check(problems);
        Assert.Empty(problems.Lines);
        return new SmtpTransport(options.Smtp!, "id.example.com");
    }

    private static async Task<SendOutcome> SendAsync(string url)
    {
        using var transport = New(url);
        return await transport.SendAsync(Mail(), default);
    }

    private static async Task<Finding> LookAsync(string url)
    {
        using var transport = New(url);
        return await transport.LookAsync(default);
    }

    private static OutgoingMail Mail()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(
            Guid.CreateVersion7(now), "test", new Mailbox("Example", "id@example.com"), "alice@example.org", null, now,
            new DrawnMail("Test", "<p>Test</p>", "Test"));
    }
}
