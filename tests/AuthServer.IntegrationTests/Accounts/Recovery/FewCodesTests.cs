using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>Strangers who use up the codes of an account in a day: CODES_PER_ACCOUNT_PER_DAY.</summary>
public sealed class FewCodesTests(FewCodes fixture) : IClassFixture<FewCodes>
{
    [Fact]
    public async Task A_known_device_has_tries_of_its_own_and_what_is_refused_costs_no_try_of_the_code()
    {
        var (person, known) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        await known.SignInAsync(person);
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(person);
        var stranger = fixture.Host.NewBrowser();
        var page = await AskAsync(stranger, person.Email);
        var (wrong, right) = ("000000", (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Code);
        if (right == wrong) wrong = "000001";
        for (var i = 0; i < FewCodes.MostInADay; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await TryAsync(stranger, page, wrong));
        }

        for (var i = 0; i < 4; i++) Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(stranger, page, right));
        Assert.Equal(FewCodes.MostInADay, await fixture.Host.WithDatabaseAsync(db => db.Proofs
            .Where(p => db.Users.Any(u => u.Id == p.UserId && u.Email == person.Email)).MaxAsync(p => p.Tries)));

        // The owner, at the page and in the app.
        var own = await AskAsync(known, person.Email);
        var code = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Code;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await TryAsync(known, own, code == wrong ? "000002" : wrong));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(known, own, code));
        var app = new ApiClient(fixture.Issuer);
        var token = ("Device-Token", login.Headers.GetValues("Device-Token").Single());
        var request = (await app.PostAsync("/v1/auth/password/forgotten", new { email = person.Email }, token)).Text("request");
        code = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Code;
        var body = new { request, code, password = "Brass-Teapot-61-Moon" };
        (await app.PostAsync("/v1/auth/password/reset", body)).Expect(HttpStatusCode.TooManyRequests, "too-many-requests");
        (await app.PostAsync("/v1/auth/password/reset", body, token)).Expect(HttpStatusCode.NoContent);
    }

    private static async Task<Page> AskAsync(Browser browser, string email) =>
        await browser.SubmitAsync(await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", email));

    private static async Task<HttpStatusCode> TryAsync(Browser browser, Page page, string code) =>
        (await browser.SubmitAsync(page, "/password/code", ("code", code))).Status;
}

public sealed class FewCodes() : MailFixture(DatabaseKind.Sqlite)
{
    public const int MostInADay = 3;

    protected override IReadOnlyDictionary<string, string> Limits { get; } = new Dictionary<string, string>
    {
        ["MAILS_PER_ADDRESS_PER_HOUR"] = "900",
        ["MAILS_PER_MAILBOX_PER_HOUR"] = "900",
        ["CODES_PER_ACCOUNT_PER_DAY"] = $"{MostInADay}",
    };
}
