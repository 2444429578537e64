using System.Text;
using AuthServer.Data.Outboxes;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Email.Transports;
using AuthServer.Ui.Emails;

namespace AuthServer.UnitTests.Email;

public sealed class MailFormTests
{
    private const string Alice = "alice@example.org", Server = "https://id.example.com",
        Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(15);

    private static readonly DateTimeOffset Now = new(2026, 11, 29, 15, 4, 5, TimeSpan.Zero);

    /// <summary>RFC 5322 section 2.2: a line break would begin another header.</summary>
    [Theory]
    [InlineData("Hello\r\nBcc: eve@example.net")]
    [InlineData("Hello\nBcc: eve@example.net")]
    [InlineData("Hello\r\n\r\n<script>")]
    [InlineData("Hello\u2028Bcc: eve@example.net\0\u0085Bcc: x")]
    public async Task No_text_begins_another_header(string text)
    {
        var mail = new OutgoingMail(
            Guid.CreateVersion7(Now), "test", new Mailbox(text, "id@example.com"), "alice@example.org",
            new Mailbox(text, "help@example.com"), Now, new DrawnMail(text, "<p>Body</p>", "Body"));
        using var stream = new MemoryStream();
        await MimeForm.Of(mail).WriteToAsync(stream, TestContext.Current.CancellationToken);
        var headers = Encoding.UTF8.GetString(stream.ToArray()).Split("\r\n\r\n")[0].Split("\n\n")[0];
        var names = headers.Split('\n').Where(line => line.Length > 0 && line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0]);
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Reply-To", "Subject", "To",
                "X-Auto-Response-Suppress"],
            names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("alice@example.org\r\nBcc: eve@example.net")]
    [InlineData("alice@example.org, eve@example.net")]
    [InlineData("alice@example.org eve@example.net")]
    [InlineData("<alice@example.org>")]
    public void An_address_that_is_more_than_one_is_none(string address) => Assert.False(Mailbox.IsAddress(address));

    [Fact]
    public void Every_letter_survives_the_outbox_and_its_name_is_its_own()
    {
        Assert.Equal(Letter.All.Count, Letters().Select(letter => letter.Kind).Distinct().Count());
        foreach (var letter in Letters())
        {
            Assert.Equal(letter, LetterText.Read(new LetterText(letter.To, letter).ToBytes()).Letter);
            Assert.True(letter.Kind.Length <= 64 && letter.Kind.All(c => char.IsAsciiLetterLower(c) || c == '-'), letter.Kind);
        }
    }

    [Fact]
    public void Every_record_of_a_letter_is_among_the_names() => Assert.Equal(
        typeof(Letter).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Letter))).Order(TypeNames),
        Letter.All.Keys.Order(TypeNames));

    [Fact]
    public void A_mail_is_tried_again_soon_and_then_ever_more_seldom()
    {
        Assert.InRange(RetryTimes.After(1), TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(18));
        Assert.InRange(RetryTimes.After(3), TimeSpan.FromSeconds(48), TimeSpan.FromSeconds(72));
        Assert.InRange(RetryTimes.After(1000), TimeSpan.FromMinutes(48), TimeSpan.FromMinutes(72));
        Assert.InRange(RetryTimes.After(1, TimeSpan.FromMinutes(5)), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
        Assert.InRange(RetryTimes.After(1, TimeSpan.FromDays(9)), TimeSpan.FromMinutes(48), TimeSpan.FromMinutes(72));
    }

    internal static IReadOnlyList<Letter> Letters() =>
    [
        new ApprovalLetter(Alice, null, null, "Fieldnotes", "Order 4711", Server + "/approve?request=0198", Minutes, "203.0.113.9"),
        new PasswordResetLetter(Alice, null, null, "482913", Server + "/password/reset?token=AZ2k", Minutes),
        new ResetLinkLetter(Alice, null, null, Server + "/password/reset?token=AZ2k", Minutes),
        new NoAccountLetter(Alice, null, Minutes),
        new ConfirmEmailLetter(Alice, null, null, "482913", Server + "/signup/confirm?token=AZ2k", Minutes, NewAccount: true),
        new AccountExistsLetter(Alice, null, null, Server + "/signin", Server + "/password/forgotten", Minutes),
        new EmailChangedLetter(
            Alice, null, null, "alice@new.example.org", Server + "/email/undo?token=AZ2k", TimeSpan.FromDays(7)),
        new NewSignInLetter(
            Alice, "de", Guid.CreateVersion7(Now), Now.UtcDateTime, Firefox, "192.0.2.7", "Fieldnotes", Server + "/account/security",
            Server + "/signin/not-me?token=AZ2k"),
        new PasswordChangedLetter(Alice, null, null, Now.UtcDateTime, ByAdmin: false, Server + "/account/security"),
        new WayInChangedLetter(
            Alice, null, null, Now.UtcDateTime, WayInChange.PasskeyAdded, "Alice's phone", ByAdmin: false, Server + "/account/security"),
        new AccountClosedLetter(Alice, null, null, Now.UtcDateTime.AddDays(14), Server + "/signin", Server + "/password/forgotten"),
        new AccountKeptLetter(Alice, null, null, Server + "/account/security"),
        new SignInCodeLetter(Alice, null, null, "482913", Server + "/signin/email/link?token=AZ2k", Minutes, Firefox, "192.0.2.7", null),
        new PasswordRemovedLetter(Alice, null, null, Now.UtcDateTime, Server + "/account"),
        new SecondFactorCodeLetter(Alice, null, null, "482913", Minutes, Firefox, "192.0.2.7", "Fieldnotes"),
        new TestLetter(Alice, null, null, "https://x"),
    ];

    private static readonly Comparer<Type> TypeNames = Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));
}
