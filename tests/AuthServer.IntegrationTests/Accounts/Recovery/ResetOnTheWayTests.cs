using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>A new password on the way to an app, and while strangers use up the mails of this kind.</summary>
public sealed class ResetOnTheWayTests(FewMails fixture) : IClassFixture<FewMails>
{
    private const string New = "Brass-Teapot-61-Moon";

    [Fact]
    public async Task The_link_goes_on_to_the_app_in_another_tab_of_the_browser_and_in_no_other_browser()
    {
        var (person, browser) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        // Known here, so that no limit is in the way.
        await browser.SignInAsync(person);
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        var request = Seed.Spa(fixture.Issuer).NewRequest("openid");
        var signIn = await browser.OpenAsync(request.Address);
        var ask = await browser.OpenAsync(signIn.Document.QuerySelector("a[href^='/password/forgotten']")!.GetAttribute("href")!);
        await browser.SubmitAsync(ask, "/password/forgotten", ("email", person.Email));
        var link = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Link;
        Assert.DoesNotContain("returnUrl", link, StringComparison.Ordinal);
        Assert.Null(ReturnOf(await fixture.Host.NewBrowser().OpenAsync(link)));

        // Another mail of the same person has nothing to do with the app.
        await browser.SubmitAsync(await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", person.Email));
        Assert.Null(ReturnOf(await browser.OpenAsync((await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Link)));
        var done = await browser.SubmitAsync(await browser.OpenAsync(link), "/password/reset", ("password", New));
        var again = await browser.OpenAsync(done.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.SignInAsync(person.Email, New, page: again)).Code);
    }

    [Fact]
    public async Task Strangers_who_use_up_the_mails_of_a_kind_do_not_keep_a_known_device_from_one()
    {
        var (person, known) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        await known.SignInAsync(person);
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(person);
        for (var i = 0; i <= FewMails.MostOfAKind; i++)
        {
            await AskAsync(fixture.Host.NewBrowser(), $"{Guid.CreateVersion7():N}@example.test");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(fixture.Host.NewBrowser(), person.Email)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(known, person.Email)).Status);
        // Known for this account, and for no other one.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(known, (await fixture.NewPersonAsync()).Email)).Status);
        var app = new ApiClient(fixture.Issuer);
        (await app.PostAsync("/v1/auth/password/forgotten", new { email = person.Email }))
            .Expect(HttpStatusCode.TooManyRequests, "too-many-requests");
        (await app.PostAsync(
            "/v1/auth/password/forgotten", new { email = person.Email },
            ("Device-Token", login.Headers.GetValues("Device-Token").Single()))).Expect(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_device_of_the_former_password_has_no_budget_of_its_own_and_that_of_the_reset_keeps_it()
    {
        var (person, intruder, owner) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser(), fixture.Host.NewBrowser());
        await intruder.SignInAsync(person);
        await owner.SignInAsync(person);
        await AskAsync(owner, person.Email);
        var link = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Link;
        await owner.SubmitAsync(await owner.OpenAsync(link), "/password/reset", ("password", New));
        for (var i = 0; i <= FewMails.MostOfAKind; i++)
        {
            await AskAsync(fixture.Host.NewBrowser(), $"{Guid.CreateVersion7():N}@example.test");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(intruder, person.Email)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(owner, person.Email)).Status);
    }

    private static string? ReturnOf(Page page) => page.Document.QuerySelector("input[name=returnUrl]")?.GetAttribute("value");

    private static async Task<Page> AskAsync(Browser browser, string email) =>
        await browser.SubmitAsync(await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", email));
}

/// <summary>A server that sends few mails of a kind in an hour.</summary>
public sealed class FewMails() : MailFixture(DatabaseKind.Sqlite)
{
    public const int MostOfAKind = 3;

    protected override IReadOnlyDictionary<string, string> Limits { get; } = new Dictionary<string, string>
    {
        ["MAILS_PER_ADDRESS_PER_HOUR"] = "900",
        ["MAILS_PER_MAILBOX_PER_HOUR"] = "900",
        ["MAILS_PER_KIND_PER_HOUR"] = $"{MostOfAKind}",
    };
}
