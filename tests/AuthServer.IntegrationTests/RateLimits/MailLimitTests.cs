using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.RateLimits;

/// <summary>How many mails people can make the server send, and how many codes they can try.</summary>
public abstract class MailLimitTests(MailFixture fixture)
{
    [Fact]
    public async Task A_mailbox_gets_so_many_mails_an_hour_whether_it_has_an_account_or_not()
    {
        var known = await fixture.NewPersonAsync();
        var answers = new List<string>();
        foreach (var email in new[] { known.Email, $"{Guid.CreateVersion7():N}@example.test" })
        {
            var page = await AskAsync(email);
            page = await AskAsync(email.ToUpperInvariant());
            Assert.Equal(HttpStatusCode.OK, page.Status);
            page = await AskAsync(email);
            Assert.Equal(HttpStatusCode.TooManyRequests, page.Status);
            Assert.NotNull(page.Headers.RetryAfter);
            Assert.Equal(2, await fixture.CountAsync(email));
            answers.Add(page.Document.Body!.TextContent.Replace(email, "", StringComparison.Ordinal));
        }

        Assert.Single(answers.Distinct());
        // The mails that were sent are in the owner's hands: a stranger who uses up the limit shuts nobody out.
        Assert.NotEmpty(await fixture.AllAsync<PasswordResetLetter>(known.Email));
    }

    [Fact]
    public async Task An_account_has_so_many_codes_a_day_in_all_tabs_together_and_its_links_still_work()
    {
        var person = await fixture.NewPersonAsync();
        var tabs = new List<(Browser Browser, Page Page)>();
        for (var i = 0; i < 2; i++)
        {
            var browser = fixture.Host.NewBrowser();
            tabs.Add((browser, await AskAsync(person.Email, browser)));
        }

        var letters = await fixture.AllAsync<PasswordResetLetter>(person.Email);
        var wrong = Enumerable.Range(0, 9).Select(i => $"{i}{i}{i}{i}{i}{i}").First(code => letters.All(l => l.Code != code));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            var (browser, page) = tabs[i % 2];
            statuses.Add((await browser.SubmitAsync(page, "/password/code", ("code", wrong))).Status);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.UnprocessableEntity, 3), HttpStatusCode.TooManyRequests], statuses);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Host.NewBrowser().OpenAsync(letters[0].Link)).Status);
    }

    private async Task<Page> AskAsync(string email, Browser? browser = null)
    {
        browser ??= fixture.Host.NewBrowser();
        return await browser.SubmitAsync(await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", email));
    }
}

public sealed class LimitedMailOnSqlite() : MailFixture(DatabaseKind.Sqlite)
{
    protected override IReadOnlyDictionary<string, string> Limits { get; } = new Dictionary<string, string>
    {
        ["MAILS_PER_MAILBOX_PER_HOUR"] = "2",
        ["CODES_PER_ACCOUNT_PER_DAY"] = "3",
    };
}

// The limits do not ask the database.
public sealed class MailLimitsOnSqlite(LimitedMailOnSqlite host) : MailLimitTests(host), IClassFixture<LimitedMailOnSqlite>;
