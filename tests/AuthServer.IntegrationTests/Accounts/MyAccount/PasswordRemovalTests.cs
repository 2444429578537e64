using System.Net;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>An account without a password: how it comes to be, and that everything else still works for its person.</summary>
public abstract class PasswordRemovalTests(MailFixture fixture)
{
    private const string Removal = "/account/security/password/remove";

    [Fact]
    public async Task The_password_goes_when_two_ways_in_stay_and_every_other_session_with_it()
    {
        var person = await fixture.NewPersonAsync();
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        Assert.DoesNotContain(Removal, (await browser.OpenAsync("/account/security")).Body, StringComparison.Ordinal);
        Assert.False((await browser.OpenAsync(Removal)).HasForm(Removal));
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        (browser, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        Assert.Contains(Removal, (await browser.OpenAsync("/account/security")).Body, StringComparison.Ordinal);
        // One passkey and an address that nobody has confirmed.
        Assert.False((await browser.OpenAsync(Removal)).HasForm(Removal));
        await ConfirmAsync(person, true);
        var elsewhere = fixture.Host.NewBrowser();
        await elsewhere.SignInAsync(person);
        var page = await browser.OpenAsync(Removal);
        await ConfirmAsync(person, false);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SubmitAsync(page, Removal)).Status);
        await ConfirmAsync(person, true);
        var removed = await browser.SubmitAsync(page, Removal);
        Assert.Contains("Your password was removed", removed.Body, StringComparison.Ordinal);
        Assert.Contains("You removed your password", (await browser.OpenAsync("/account/activity")).Body, StringComparison.Ordinal);
        Assert.False(await Visitor.IsInAsync(elsewhere));
        Assert.NotNull(await fixture.LatestAsync<PasswordRemovedLetter>(person.Email));

        // The former password is as wrong as any, by page and API; the passkey signs in.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fixture.Host.NewBrowser().SignInAsync(person)).Status);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await fixture.Host.NewBrowser().SignInAsync(person.Email, User.NoPassword)).Status);
        (await new ApiCaller(fixture.Issuer).LoginAsync(person)).Expect(HttpStatusCode.Unauthorized, "invalid-credentials");
        var (again, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        Assert.True(await Visitor.IsInAsync(again));

        // What wants a recent sign-in takes the passkey: the deletion, and keeping the account after all.
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var wanted = await again.OpenAsync("/account/data/delete");
        Assert.True(wanted.HasForm("/signin/passkey"));
        wanted = await (await Ceremony.BeginAsync(again, wanted, "/signin/passkey")).UseAsync(fixture, device, person.Email);
        await again.SubmitAsync(wanted, "/account/data/delete", ("email", person.Email));
        var (_, keep) = await Ceremony.SignInAsync(fixture, device, person.Email);
        Assert.True(keep.HasForm("/signin/keep"));
        await fixture.Host.NewBrowser().SubmitAsync(keep, "/signin/keep");
    }

    [Fact]
    public async Task A_mail_gives_the_account_a_password_again_and_the_last_passkey_stays_until_then()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var (browser, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        await browser.SubmitAsync(await browser.OpenAsync(Removal), Removal);
        var api = await ApiOfAsync(browser);
        var passkey = (await api.GetAsync("/v1/account/passkeys")).Json.GetProperty("passkeys")[0].GetProperty("id").GetString();
        (await api.DeleteAsync("/v1/account/passkeys/" + passkey)).Expect(HttpStatusCode.Conflict, "last-way-in");

        var reader = fixture.Host.NewBrowser();
        await reader.SubmitAsync(await reader.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", person.Email));
        var link = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Link;
        var page = await reader.OpenAsync(new Uri(link).PathAndQuery);
        await reader.SubmitAsync(page, "/password/reset", ("password", "Another-Kettle-20-Sea"));
        var landed = await reader.SignInAsync(person.Email, "Another-Kettle-20-Sea");
        Assert.Equal("/", landed.Address.AbsolutePath);
    }

    [Fact]
    public async Task The_api_removes_it_with_a_recent_sign_in_and_of_two_removals_at_once_one_way_in_stays()
    {
        var person = await fixture.NewPersonAsync();
        using var one = await Ceremony.EnrolAsync(fixture, person.Email);
        using var two = await Ceremony.EnrolAsync(fixture, person.Email);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        var api = await ApiOfAsync(browser);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await api.DeleteAsync("/v1/account/password")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (browser, _) = await Ceremony.SignInAsync(fixture, one, person.Email);
        api = await ApiOfAsync(browser);
        var ids = (await api.GetAsync("/v1/account/passkeys")).Json.GetProperty("passkeys").EnumerateArray()
            .Select(p => p.GetProperty("id").GetString()).ToList();
        // The password and a passkey at the same moment: one passkey alone never stays behind, because the address is not confirmed.
        var outcomes = await Task.WhenAll(
            api.DeleteAsync("/v1/account/password"), api.DeleteAsync("/v1/account/passkeys/" + ids[0]),
            api.DeleteAsync("/v1/account/passkeys/" + ids[1]));
        var (hasPassword, passkeys) = await fixture.Host.WithDatabaseAsync(async db => (
            await db.Users.Where(u => u.Email == person.Email).Select(u => u.PasswordHash != User.NoPassword).SingleAsync(),
            await db.Passkeys.CountAsync(p => db.Users.Any(u => u.Id == p.UserId && u.Email == person.Email))));
        Assert.True(hasPassword || passkeys >= 1, string.Join(", ", outcomes.Select(o => o.ToString())));
    }

    private async Task<ApiClient> ApiOfAsync(Browser browser)
    {
        var app = Seed.Console(fixture.Issuer);
        return new(fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
    }

    private Task<int> ConfirmAsync(Person person, bool confirmed) => fixture.Host.WithDatabaseAsync(db => db.Users
        .Where(u => u.Email == person.Email).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, confirmed)));
}

public sealed class PasswordRemovalOnSqlite(MailOnSqlite fixture) : PasswordRemovalTests(fixture), IClassFixture<MailOnSqlite>;

public sealed class PasswordRemovalOnPostgres(MailOnPostgres fixture) : PasswordRemovalTests(fixture), IClassFixture<MailOnPostgres>;
