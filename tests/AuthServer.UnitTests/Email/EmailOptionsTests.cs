using AuthServer.Configuration;
using AuthServer.Email;

namespace AuthServer.UnitTests.Email;

public sealed class EmailOptionsTests
{
    [Theory]
    [InlineData("smtp://mail.example.com", "mail.example.com", 587, "StartTls")]
    [InlineData("smtp://mail.example.com:2525", "mail.example.com", 2525, "StartTls")]
    [InlineData("smtps://mail.example.com", "mail.example.com", 465, "FromTheStart")]
    [InlineData("smtp://mail:1025?tls=none", "mail", 1025, "None")]
    [InlineData("smtp://[::1]:25?tls=none", "::1", 25, "None")]
    public void A_mail_server_is_named_with_its_encryption(string url, string host, int port, string encryption)
    {
        var address = Read(new() { SmtpUrl = url, From = "id@example.com" }, []).Smtp!;
        Assert.Equal((host, port, encryption), (address.Host, address.Port, address.Encryption.ToString()));
        Assert.Null(address.User);
    }

    [Fact]
    public void User_and_password_may_have_any_sign()
    {
        const string Url = "smtp://id%40example.com:p%3Aa%2Fs%23s%40@mail.example.com";
        var address = Read(new() { SmtpUrl = Url, From = "id@example.com" }, []).Smtp!;
        Assert.Equal(("id@example.com", "p:a/s#s@"), (address.User, address.Password));
        Assert.DoesNotContain("p:a", address.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail.example.com:587", "is no address of a mail server")]
    [InlineData("http://mail.example.com", "is no address of a mail server")]
    [InlineData("smtp://mail.example.com/inbox", "has a path")]
    [InlineData("smtp://mail.example.com?starttls=no", "has a query")]
    [InlineData("smtps://mail.example.com?tls=none", "has a query")]
    [InlineData("smtp://user:x?hunter2@mail.example.com", "")]
    [InlineData("smtp://user:x#hunter2@mail.example.com", "")]
    [InlineData("smtp://user:x/hunter2@mail.example.com", "")]
    [InlineData("smtp://user@mail.example.com", "a user without a password")]
    [InlineData("smtp://user:hunter2@mail.example.com?tls=none", "in the clear")]
    [InlineData("smtp://mail.example.com?sslrootcert=/no/such/file", "cannot be read")]
    public void A_mail_server_that_cannot_be_meant_so_is_refused_and_the_password_is_not_shown(string url, string wrong)
    {
        var problem = Assert.Single(Problems(new() { SmtpUrl = url, From = "id@example.com" }));
        Assert.StartsWith("SMTP_URL: ", problem, StringComparison.Ordinal);
        Assert.Contains(wrong, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_may_go_in_the_clear_on_this_machine() =>
        Assert.Empty(Problems(new() { SmtpUrl = "smtp://user:hunter2@localhost:1025?tls=none", From = "id@example.com" }));

    [Fact]
    public void There_is_one_way_and_it_has_all_it_needs()
    {
        Assert.Contains(Problems(new() { SmtpUrl = "smtp://mail", Service = EmailServiceName.Resend, ApiKey = "k", From = "a@b.c" }),
            p => p.StartsWith("SMTP_URL: is set together with EMAIL_SERVICE", StringComparison.Ordinal));
        Assert.Contains(Problems(new() { SmtpUrl = "smtp://mail" }), p => p.StartsWith("EMAIL_FROM: is not set", StringComparison.Ordinal));
        Assert.Contains(Problems(new() { Service = EmailServiceName.Postmark, From = "a@b.c" }),
            p => p.StartsWith("EMAIL_SERVICE_API_KEY: is not set", StringComparison.Ordinal));
        Assert.Contains(Problems(new() { Service = EmailServiceName.Json, From = "a@b.c" }),
            p => p.StartsWith("EMAIL_SERVICE_URL: is not set", StringComparison.Ordinal));
        Assert.Contains(Problems(new() { Service = EmailServiceName.Json, ServiceUrl = new("http://mails.example.com"), From = "a@b.c" }),
            p => p.Contains("is http", StringComparison.Ordinal));
        Assert.Contains(Problems(new() { ServiceUrl = new("https://mails.example.com") }),
            p => p.StartsWith("EMAIL_SERVICE_URL: is set, and EMAIL_SERVICE is not", StringComparison.Ordinal));
        Assert.Empty(Problems(new() { Service = EmailServiceName.Json, ServiceUrl = new("http://localhost:9000/in"), From = "a@b.c" }));
        Assert.Empty(Problems(new()));
        var shown = Problems(
            new() { Service = EmailServiceName.Json, ServiceUrl = new("http://u:hunter2@mails.example.com"), From = "a@b.c" });
        Assert.DoesNotContain("hunter2", string.Join('\n', shown), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_that_earlier_versions_kept_stops_no_start()
    {
        var options = new EmailOptions { ApiKey = "kept" };
        Assert.Empty(Problems(options));
        Assert.Equal((true, false), (options.HasIdleKey, options.IsConfigured));
    }

    [Theory]
    [InlineData("id@example.com", null, "id@example.com")]
    [InlineData("Example <id@example.com>", "Example", "id@example.com")]
    [InlineData("\"Example, Ltd\" <id@example.com>", "Example, Ltd", "id@example.com")]
    [InlineData("<id@example.com>", null, "id@example.com")]
    public void A_sender_may_have_a_name(string text, string? name, string address) =>
        Assert.Equal(new Mailbox(name, address), Mailbox.Parse(text));

    [Theory]
    [InlineData("example.com")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("a@example.com;b@example.com")]
    [InlineData("a@b@example.com")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("Example <id@example.com> x")]
    [InlineData("group: a@example.com")]
    [InlineData("@example.com")]
    public void Anything_else_is_no_sender(string text) => Assert.Null(Mailbox.Parse(text));

    private static List<string> Problems(EmailOptions options)
    {
        var problems = new List<string>();
        Read(options, problems);
        return problems;
    }

    private static EmailOptions Read(EmailOptions options, List<string> problems)
    {
        var found = new SettingProblems();
        options.Check(found);
        problems.AddRange(found.Lines);
        return options;
    }
}
