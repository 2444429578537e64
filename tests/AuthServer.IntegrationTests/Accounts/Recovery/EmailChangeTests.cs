using System.Net;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>Addresses of accounts that are confirmed, changed, and taken back.</summary>
public abstract class EmailChangeTests(MailFixture fixture)
{
    private const string New = "Brass-Teapot-61-Moon";

    [Fact]
    public async Task After_a_sign_up_the_code_confirms_the_address_and_not_now_goes_on_without_it()
    {
        var (email, browser) = (NewAddress(), fixture.Host.NewBrowser());
        var page = await browser.SubmitAsync(
            await browser.OpenAsync("/signup"), "/signup", ("email", email), ("password", New));
        Assert.NotNull(page.Document.QuerySelector("a.quiet[href='/']"));
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(email);
        // The link needs the account to be signed in: a stranger may have made it with this address.
        var stranger = fixture.Host.NewBrowser();
        Assert.False((await stranger.OpenAsync(letter.Link!)).HasForm("/email/link"));
        Assert.False(await IsConfirmedAsync(email));
        await browser.SubmitAsync(await browser.OpenAsync(letter.Link!), "/email/link");
        Assert.True(await IsConfirmedAsync(email));
        var used = await browser.SubmitAsync(page, "/email/code", ("code", letter.Code));
        Assert.Contains("no longer works", used.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_without_a_password_changes_its_address_by_page_and_api_and_the_former_one_takes_it_back()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var id = await Ceremony.IdAsync(fixture, person.Email);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, User.NoPassword)));
        var (browser, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        var (second, third) = (NewAddress(), NewAddress());
        var code = await browser.SubmitAsync(
            await browser.OpenAsync("/account/security/email"), "/account/security/email", ("email", second));
        await browser.SubmitAsync(code, "/email/code", ("code", (await fixture.LatestAsync<ConfirmEmailLetter>(second)).Code));

        var app = Seed.Console(fixture.Issuer);
        var api = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        Assert.Equal(
            $$"""{"email":"{{second}}","email_verified":true,"changeable":true}""", (await api.GetAsync("/v1/account/email")).Body);
        foreach (var wrong in new[] { "nobody", second })
        {
            (await api.PostAsync("/v1/account/email", new { email = wrong })).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        }

        (await api.PostAsync("/v1/account/email", new { email = Seed.Bob.Email })).Expect(HttpStatusCode.Conflict, "email-taken");
        var request = (await api.PostAsync("/v1/account/email", new { email = third })).Expect(HttpStatusCode.Accepted).Text("request");
        Assert.Contains(second, (await api.GetAsync("/v1/account/email")).Body, StringComparison.Ordinal);
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(third);
        (await api.PostAsync("/v1/auth/email/confirm", new { request, code = letter.Code })).Expect(HttpStatusCode.NoContent);
        Assert.Contains(third, (await api.GetAsync("/v1/account/email")).Body, StringComparison.Ordinal);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await api.PostAsync("/v1/account/email", new { email = second })).Expect(HttpStatusCode.Unauthorized, "step-up-required");

        // The first address has the last word.
        var undo = (await fixture.LatestAsync<EmailChangedLetter>(person.Email)).Link!;
        var owner = fixture.Host.NewBrowser();
        await owner.SubmitAsync(await owner.OpenAsync(undo), "/email/undo");
        Assert.Equal(id, await Ceremony.IdAsync(fixture, person.Email));
    }

    [Fact]
    public async Task A_code_of_another_account_confirms_nothing()
    {
        var (victim, attacker) = (await fixture.NewPersonAsync(), await fixture.NewPersonAsync());
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(victim);
        var page = await browser.SubmitAsync(await browser.OpenAsync("/email/confirm"), "/email/confirm");
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(victim.Email);
        var others = fixture.Host.NewBrowser();
        await others.SignInAsync(attacker);
        var own = await others.SubmitAsync(await others.OpenAsync("/email/confirm"), "/email/confirm");
        var request = page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
        Assert.Equal(
            HttpStatusCode.Gone, (await others.SubmitAsync(own, "/email/code", ("code", letter.Code), ("request", request))).Status);
        Assert.False(await IsConfirmedAsync(victim.Email));
    }

    [Fact]
    public async Task A_new_address_is_given_on_the_page_of_the_account_and_told_to_the_former_one()
    {
        var (person, next, browser) = (await fixture.NewPersonAsync(confirmed: true), NewAddress(), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        var form = await browser.OpenAsync("/account/security/email");
        var same = await browser.SubmitAsync(form, "/account/security/email", ("email", person.Email));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, same.Status);
        var code = await browser.SubmitAsync(form, "/account/security/email", ("email", next));
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(next);
        var done = await browser.SubmitAsync(code, "/email/code", ("code", letter.Code));
        Assert.Equal("/account/security", done.Address.AbsolutePath);
        Assert.Contains(next, done.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(next, (await fixture.LatestAsync<EmailChangedLetter>(person.Email)).NewEmail);
        // Another address is another way in.
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.True((await browser.OpenAsync("/account/security/email")).HasForm("/signin"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task A_new_address_by_the_api_counts_when_its_mailbox_is_proven_and_the_former_one_can_take_it_back(string method)
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (api, next) = (await ApiClient.SignInAsync(fixture.Host, person, "openid account:read account:write"), NewAddress());
        var changed = await MailFixture.ChangeEmailAsync(api, method, next);
        Assert.Equal(person.Email, changed.Text("email"));
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(next);
        var request = changed.Json.GetProperty("email_change").GetProperty("request").GetString();
        (await api.PostAsync("/v1/auth/email/confirm", new { request, code = letter.Code })).Expect(HttpStatusCode.NoContent);
        var now = await api.GetAsync("/v1/users/me");
        Assert.Equal((next, true), (now.Text("email"), now.Json.GetProperty("email_verified").GetBoolean()));

        var link = (await fixture.LatestAsync<EmailChangedLetter>(person.Email)).Link!;
        fixture.Time.Advance(TimeSpan.FromDays(6.9));
        var browser = fixture.Host.NewBrowser();
        var undo = await browser.OpenAsync(link);
        var choose = await browser.SubmitAsync(undo, "/email/undo");
        await browser.SubmitAsync(choose, "/password/reset", ("password", New));
        Assert.Equal(HttpStatusCode.Gone, (await browser.SubmitAsync(undo, "/email/undo")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/v1/users/me")).Status);
        await ApiClient.SignInAsync(fixture.Host, person with { Password = New }, "openid account:read");
    }

    [Fact]
    public async Task The_first_address_takes_back_a_chain_of_changes_and_the_links_of_the_later_ones_end()
    {
        var (person, browser) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser());
        var links = await ChangeTwiceAsync(person);
        Assert.True((await browser.SubmitAsync(await browser.OpenAsync(links[0]), "/email/undo")).HasForm("/password/reset"));
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(links[1])).Status);
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == person.Email)));
    }

    [Fact]
    public async Task Whoever_has_a_later_address_does_not_take_the_way_back_from_the_first_one()
    {
        var (person, browser) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser());
        var links = await ChangeTwiceAsync(person);
        await browser.SubmitAsync(await browser.OpenAsync(links[1]), "/email/undo");
        Assert.True((await browser.SubmitAsync(await browser.OpenAsync(links[0]), "/email/undo")).HasForm("/password/reset"));
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == person.Email)));
    }

    [Fact]
    public async Task Nobody_acts_on_an_account_whose_unproven_address_goes_back_to_its_owner()
    {
        var (person, other) = (await fixture.NewPersonAsync(confirmed: true), await fixture.NewPersonAsync());
        var links = await ChangeTwiceAsync(person);
        await fixture.Host.NewBrowser().SignInAsync(other);
        var id = await Ceremony.IdAsync(fixture, other.Email);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Email, person.Email).SetProperty(u => u.NormalizedEmail, EmailKey.Of(person.Email))));
        var owner = fixture.Host.NewBrowser();
        await owner.SubmitAsync(await owner.OpenAsync(links[0]), "/email/undo");

        var rows = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents
            .Where(e => e.SubjectId == id && (e.Kind == "session.ended" || e.Kind == "user.updated")).ToListAsync());
        Assert.Equal(["session.ended", "user.updated"], rows.Select(row => row.Kind).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Null(row.ActorId));
    }

    [Fact]
    public async Task Who_is_signed_in_while_taking_it_back_chooses_the_password_at_the_first_try()
    {
        var (person, browser) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        var links = await ChangeTwiceAsync(person);
        var choose = await browser.SubmitAsync(await browser.OpenAsync(links[0]), "/email/undo");
        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(choose, "/password/reset", ("password", New))).Status);
    }

    [Fact]
    public async Task The_former_address_comes_back_from_an_account_that_never_proved_it_and_the_password_ends()
    {
        var (person, browser) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser());
        var links = await ChangeTwiceAsync(person);
        var squatter = fixture.Host.NewBrowser();
        await squatter.SubmitAsync(await squatter.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", New));
        var squatters = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == person.Email));
        Assert.True((await browser.SubmitAsync(await browser.OpenAsync(links[0]), "/email/undo")).HasForm("/password/reset"));
        var owner = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == person.Email));
        Assert.NotEqual(squatters.Id, owner.Id);
        Assert.Equal(User.NoPassword, owner.PasswordHash);
        Assert.True((await squatter.OpenAsync("/account/security")).HasForm("/signin"));
    }

    private async Task<List<string>> ChangeTwiceAsync(Person person)
    {
        var links = new List<string>();
        var current = person;
        foreach (var next in new[] { NewAddress(), NewAddress() })
        {
            var api = await ApiClient.SignInAsync(fixture.Host, current, "openid account:read account:write");
            var changed = await MailFixture.ChangeEmailAsync(api, "PATCH", next);
            var request = changed.Json.GetProperty("email_change").GetProperty("request").GetString();
            var code = (await fixture.LatestAsync<ConfirmEmailLetter>(next)).Code;
            (await api.PostAsync("/v1/auth/email/confirm", new { request, code })).Expect(HttpStatusCode.NoContent);
            links.Add((await fixture.LatestAsync<EmailChangedLetter>(current.Email)).Link!);
            current = current with { Email = next };
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        return links;
    }

    [Fact]
    public async Task An_admin_proves_a_new_address_of_their_own_too()
    {
        var (admin, next) = (Seed.Carol, NewAddress());
        var api = await ApiClient.SignInAsync(fixture.Host, admin, "openid account:read account:write");
        Assert.Equal(admin.Email, (await MailFixture.ChangeEmailAsync(api, "PATCH", next)).Text("email"));
        await fixture.LatestAsync<ConfirmEmailLetter>(next);
    }

    [Fact]
    public async Task An_address_that_was_never_confirmed_is_told_and_cannot_take_a_change_back()
    {
        var person = await fixture.NewPersonAsync();
        var (api, next) = (await ApiClient.SignInAsync(fixture.Host, person, "openid account:read account:write"), NewAddress());
        var changed = await MailFixture.ChangeEmailAsync(api, "PATCH", next);
        var request = changed.Json.GetProperty("email_change").GetProperty("request").GetString();
        var code = (await fixture.LatestAsync<ConfirmEmailLetter>(next)).Code;
        (await api.PostAsync("/v1/auth/email/confirm", new { request, code })).Expect(HttpStatusCode.NoContent);
        // It may be mistyped: a stranger learns neither the way back nor the new address.
        var told = await fixture.LatestAsync<EmailChangedLetter>(person.Email);
        Assert.Equal((null, null), (told.Link, told.NewEmail));
    }

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.test";

    private Task<bool> IsConfirmedAsync(string email) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == email).Select(u => u.EmailConfirmed).SingleAsync());
}

public sealed class EmailChangeOnSqlite(MailOnSqlite host) : EmailChangeTests(host), IClassFixture<MailOnSqlite>;

public sealed class EmailChangeOnPostgres(MailOnPostgres host) : EmailChangeTests(host), IClassFixture<MailOnPostgres>;
