using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Accounts.ByMail;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.RateLimits;

/// <summary>Strangers who use up the mails and codes of an account do not keep its owner out of a browser that the account knows.</summary>
public sealed class SignInMailLimitTests(LimitedByMail host) : IClassFixture<LimitedByMail>
{
    private readonly MailVisitor _visitor = new(host);

    [Fact]
    public async Task All_known_devices_together_have_ten_mails_an_hour()
    {
        var person = await host.NewPersonAsync(confirmed: true);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            // Without the cookie of the others: whoever has the password makes as many devices as they like.
            var browser = host.Host.NewBrowser();
            await browser.SignInAsync(person);
            await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
            for (var ask = 0; ask < 2; ask++)
            {
                var page = await browser.SubmitAsync(await browser.OpenAsync("/signin"), MailVisitor.Ask, ("email", person.Email));
                statuses.Add(page.Status);
            }
        }

        Assert.Equal(10, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(2, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task A_known_browser_has_mails_and_codes_of_its_own()
    {
        var person = await host.NewPersonAsync(confirmed: true);
        var owner = host.Host.NewBrowser();
        await owner.SignInAsync(person);
        await owner.SubmitAsync(await owner.OpenAsync("/signout"), "/signout");

        var (stranger, page, letter) = await _visitor.AskAndReadAsync(person.Email);
        await _visitor.AskAsync(person.Email, stranger);
        var refused = await stranger.SubmitAsync(await stranger.OpenAsync("/signin"), MailVisitor.Ask, ("email", person.Email));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        for (var i = 0; i < 3; i++)
        {
            await stranger.SubmitAsync(page, MailVisitor.Code, ("code", MailVisitor.OtherThan(letter.Code)));
        }

        var late = await stranger.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.Equal(HttpStatusCode.TooManyRequests, late.Status);
        Assert.False(await MailVisitor.IsSignedInAsync(stranger));

        // The mail that the stranger asked for as the second.
        await host.LatestAsync<SignInCodeLetter>(person.Email);
        var (_, asked, own) = await _visitor.AskAndReadAsync(person.Email, owner);
        await owner.SubmitAsync(asked, MailVisitor.Code, ("code", own.Code));
        Assert.True(await MailVisitor.IsSignedInAsync(owner));
    }
}

public sealed class LimitedByMail() : ByMailFixture(DatabaseKind.Sqlite)
{
    protected override IReadOnlyDictionary<string, string> Limits { get; } = new Dictionary<string, string>
    {
        ["MAILS_PER_MAILBOX_PER_HOUR"] = "2",
        ["CODES_PER_ACCOUNT_PER_DAY"] = "3",
    };
}
