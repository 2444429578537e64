using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Email;

/// <summary>What people are told by mail about their account.</summary>
public abstract class SecurityNoticeTests(MailHost fixture)
{
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

    [Fact]
    public async Task A_sign_in_on_a_device_that_the_account_does_not_know_is_told_once()
    {
        var person = await NewPersonAsync();
        var browser = fixture.Host.NewBrowser();
        browser.Http.DefaultRequestHeaders.Remove("User-Agent");
        browser.Http.DefaultRequestHeaders.Add("User-Agent", Firefox);
        await browser.SignInAsync(person);
        var mail = Assert.Single(await fixture.Mail.ToAsync(person.Email));
        Assert.Equal("New sign-in to your Example account", mail.Subject);
        Assert.Contains("Device: Firefox on Windows", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("IP address: 127.0.0.1", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains($"This wasn't me:\n{AuthServerHost.IssuerText}/signin/not-me?token=", mail.TextBody, StringComparison.Ordinal);

        // The same browser, which is known now, and a private window of it.
        await browser.SignInAsync(person.Email, person.Password, page: await browser.OpenAsync("/signin?prompt=login"));
        var other = fixture.Host.NewBrowser();
        other.Http.DefaultRequestHeaders.Remove("User-Agent");
        other.Http.DefaultRequestHeaders.Add("User-Agent", Firefox);
        await other.SignInAsync(person);
        await NoMoreAsync(person, 1);
    }

    [Fact]
    public async Task An_app_that_sends_its_device_token_is_known()
    {
        var person = await NewPersonAsync();
        var api = new ApiCaller(fixture.Issuer);
        var login = await api.LoginAsync(person);
        Assert.Equal(HttpStatusCode.OK, login.Status);
        var mail = Assert.Single(await fixture.Mail.ToAsync(person.Email));
        Assert.Contains("App: ", mail.TextBody, StringComparison.Ordinal);
        var token = login.Headers.GetValues("Device-Token").Single();
        var body = System.Text.Json.JsonSerializer.Serialize(new { email = person.Email, password = person.Password });
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(
            HttpStatusCode.OK,
            (await api.SendAsync(HttpMethod.Post, "/v1/auth/login", content, ("Device-Token", token), ("User-Agent", "Other/1.0"))).Status);
        await NoMoreAsync(person, 1);
    }

    [Fact]
    public async Task A_stranger_with_the_password_cannot_fill_the_mailbox()
    {
        var person = await NewPersonAsync();
        for (var i = 0; i < 8; i++)
        {
            var body = System.Text.Json.JsonSerializer.Serialize(new { email = person.Email, password = person.Password });
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            await new ApiCaller(fixture.Issuer).SendAsync(HttpMethod.Post, "/v1/auth/login", content, ("User-Agent", $"Tool{i}/1.0"));
        }

        await fixture.Mail.ToAsync(person.Email, 5);
        await NoMoreAsync(person, 5);
    }

    [Fact]
    public async Task Nobody_is_told_of_the_account_that_they_have_just_made_nor_of_a_wrong_password()
    {
        var person = await NewPersonAsync(isOld: false);
        await fixture.Host.NewBrowser().SignInAsync(person);
        await fixture.Host.NewBrowser().SignInAsync(person with { Password = "Wrong-Horse-7-Battery" });
        await NoMoreAsync(person, 0);
    }

    [Fact]
    public async Task A_changed_password_is_told_and_so_is_who_changed_it()
    {
        var person = await NewPersonAsync(isOld: false);
        var me = await ApiClient.SignInAsync(fixture.Host, person);
        var read = await me.GetAsync("/v1/users/me");
        var change = new { current_password = person.Password, password = "Another-Horse-8-Staple" };
        (await me.PatchAsync("/v1/users/me", change, read.ETag)).Expect(HttpStatusCode.OK);
        var mail = Assert.Single(await fixture.Mail.ToAsync(person.Email));
        Assert.Equal("Your Example password was changed", mail.Subject);
        Assert.Contains("If you did not change it", mail.TextBody, StringComparison.Ordinal);

        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var account = $"/v1/users/{read.Json.GetProperty("id").GetString()}";
        (await carol.PatchAsync(account, new { password = "Third-Horse-9-Paperclip" }, (await carol.GetAsync(account)).ETag))
            .Expect(HttpStatusCode.OK);
        var second = (await fixture.Mail.ToAsync(person.Email, 2))[^1];
        Assert.Contains("An administrator has given the account", second.TextBody, StringComparison.Ordinal);
    }

    /// <param name="isOld">Whether the account is older than an hour.</param>
    private async Task<Person> NewPersonAsync(bool isOld = true)
    {
        var person = new Person($"{Guid.CreateVersion7():N}@example.org", "Brave-Walrus-77-Lamp");
        var made = await new ApiCaller(fixture.Issuer).PostAsync(
            "/v1/auth/register", System.Text.Json.JsonSerializer.Serialize(new { email = person.Email, password = person.Password }));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        if (isOld)
        {
            await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
                .ExecuteUpdateAsync(u => u.SetProperty(x => x.CreatedAt, x => fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2))));
        }

        return person;
    }

    /// <summary>Nothing else is in the outbox for the person, and nothing else has come.</summary>
    private async Task NoMoreAsync(Person person, int count)
    {
        var waiting = await fixture.Host.WithDatabaseAsync(db =>
            db.Mails.CountAsync(mail => db.Users.Any(u => u.Id == mail.UserId && u.Email == person.Email)));
        Assert.Equal(count, waiting);
        Assert.Equal(count, fixture.Mail.To(person.Email).Count);
    }
}

public sealed class SecurityNoticesOnSqlite(SqliteMailHost fixture) : SecurityNoticeTests(fixture), IClassFixture<SqliteMailHost>;

public sealed class SecurityNoticesOnPostgres(PostgresMailHost fixture) : SecurityNoticeTests(fixture), IClassFixture<PostgresMailHost>;
