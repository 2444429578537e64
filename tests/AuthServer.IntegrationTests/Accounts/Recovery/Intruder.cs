using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>Somebody who knows the password of a person, at a device of their own.</summary>
/// <param name="Link">"This wasn't me", in the mail to the person.</param>
internal sealed record Intruder(MailFixture Fixture, Person Person, Browser Browser, string Link)
{
    /// <summary>Signs in to an account that is two days old; its person gets the mail.</summary>
    public static async Task<Intruder> SignInAsync(MailFixture fixture, string? host = null)
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
            .ExecuteUpdateAsync(u => u.SetProperty(x => x.CreatedAt, fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2))));
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signin");
        if (host is not null) browser.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", host);
        await browser.SignInAsync(person.Email, person.Password, page: page);
        return new(fixture, person, browser, (await fixture.LatestAsync<NewSignInLetter>(person.Email)).NotMeLink!);
    }

    public async Task<bool> IsInAsync() => !(await Browser.OpenAsync("/account/security")).HasForm("/signin");

    public Task<Guid> IdAsync() =>
        Fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == Person.Email).Select(u => u.Id).SingleAsync());

    /// <summary>A passkey that was made some time ago.</summary>
    public static async Task LeavePasskeyAsync(MailFixture fixture, Guid user, TimeSpan ago)
    {
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            db.Passkeys.Add(new Passkey
            {
                Id = Guid.CreateVersion7(),
                UserId = user,
                CredentialId = Guid.CreateVersion7().ToByteArray(),
                PublicKey = [1],
                Name = "Left behind",
                Transports = "",
                CreatedAt = fixture.Time.GetUtcNow().UtcDateTime - ago,
            });
            return await db.SaveChangesAsync();
        });
    }

    /// <summary>A sign-in of another provider that was connected some time ago.</summary>
    public static Task LeaveConnectionAsync(MailFixture fixture, Guid user, TimeSpan ago) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var row = db.UserLogins.Add(new()
        {
            UserId = user, LoginProvider = "https://login.example.test", ProviderKey = Guid.CreateVersion7().ToString("N"),
        });
        row.Property<DateTime?>("CreatedAt").CurrentValue = fixture.Time.GetUtcNow().UtcDateTime - ago;
        return await db.SaveChangesAsync();
    });
}
