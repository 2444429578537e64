using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>EMAIL_CONFIRMATION=off: nobody is asked for the first address, and another one is proven all the same.</summary>
public sealed class WithoutConfirmationTests(WithoutConfirmation fixture) : IClassFixture<WithoutConfirmation>
{
    private const string Path = "/account/security/email";

    [Fact]
    public async Task Another_address_is_proven_and_the_former_one_takes_it_back()
    {
        var (person, browser) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        Assert.NotNull((await browser.OpenAsync("/account/security")).Document.QuerySelector($"a[href$='{Path}']"));
        var api = await ApiClient.SignInAsync(fixture.Host, person, "openid account:read account:write");
        Assert.True((await api.GetAsync("/v1/account/email")).Json.GetProperty("changeable").GetBoolean());
        var (second, third) = (NewAddress(), NewAddress());
        var request = (await api.PostAsync("/v1/account/email", new { email = second })).Expect(HttpStatusCode.Accepted).Text("request");
        Assert.Contains(person.Email, (await api.GetAsync("/v1/account/email")).Body, StringComparison.Ordinal);
        var code = (await fixture.LatestAsync<ConfirmEmailLetter>(second)).Code;
        (await api.PostAsync("/v1/auth/email/confirm", new { request, code })).Expect(HttpStatusCode.NoContent);
        var undo = (await fixture.LatestAsync<EmailChangedLetter>(person.Email)).Link;
        // By /v1/users/me too.
        var answer = await MailFixture.ChangeEmailAsync(api, "PATCH", third);
        Assert.Equal(second, answer.Text("email"));
        await fixture.LatestAsync<ConfirmEmailLetter>(third);

        var owner = fixture.Host.NewBrowser();
        await owner.SubmitAsync(await owner.OpenAsync(undo!), "/email/undo");
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == person.Email)));
    }

    [Fact]
    public async Task Nobody_is_asked_to_confirm_the_address_that_the_account_has()
    {
        var (person, browser) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        var page = await browser.OpenAsync("/account/security");
        Assert.Null(page.Document.QuerySelector("a[href$='/email/confirm']"));
        Assert.NotNull(page.Document.QuerySelector($"a[href$='{Path}']"));
        Assert.Equal(Path, (await browser.OpenAsync("/email/confirm")).Address.AbsolutePath);
        // A code that has ended leads to the page of the address, and not to one that is not there.
        var sent = await browser.SubmitAsync(await browser.OpenAsync(Path), Path, ("email", NewAddress()));
        Assert.NotNull(sent.Document.QuerySelector($"a[href*='{Path}']"));
    }

    [Fact]
    public async Task The_browser_that_changes_the_address_stays_known()
    {
        var (person, browser, next) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser(), NewAddress());
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.CreatedAt, fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2))));
        await browser.SignInAsync(person);
        var sent = await browser.SubmitAsync(await browser.OpenAsync(Path), Path, ("email", next));
        await browser.SubmitAsync(sent, "/email/code", ("code", (await fixture.LatestAsync<ConfirmEmailLetter>(next)).Code));
        // A browser of another name, which would be told of if the cookie did not know it.
        browser.Http.DefaultRequestHeaders.Remove("User-Agent");
        browser.Http.DefaultRequestHeaders.Add("User-Agent", "Other/1.0");
        await browser.SignInAsync(next, person.Password, page: await browser.OpenAsync("/signin?prompt=login"));
        Assert.Empty(await fixture.AllAsync<NewSignInLetter>(next));
        var other = fixture.Host.NewBrowser();
        other.Http.DefaultRequestHeaders.Remove("User-Agent");
        other.Http.DefaultRequestHeaders.Add("User-Agent", "Third/1.0");
        await other.SignInAsync(person with { Email = next });
        Assert.Single(await fixture.AllAsync<NewSignInLetter>(next));
    }

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.test";
}

public sealed class WithoutConfirmation() : MailFixture(DatabaseKind.Sqlite)
{
    protected override IReadOnlyDictionary<string, string> Rules { get; } =
        new Dictionary<string, string> { ["EMAIL_CONFIRMATION"] = "off" };
}
