using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>The script of passkeys in a page: it asks for a challenge and posts the answer of the authenticator.</summary>
/// <param name="Form">Where the answer is posted.</param>
internal sealed record Ceremony(Browser Browser, Page Page, string Form, JsonElement Options, string State)
{
    /// <param name="question">Where the challenge comes from.</param>
    /// <param name="typed">Over the fields of the form.</param>
    public static async Task<Ceremony> BeginAsync(
        Browser browser, Page page, string form, string? question = null, params (string Name, string Value)[] typed)
    {
        using var answer = await TryAsync(browser, page, form, question, typed);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var asked = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return new(browser, page, form, asked.GetProperty("options"), asked.GetProperty("state").GetString()!);
    }

    public static async Task<HttpResponseMessage> TryAsync(
        Browser browser, Page page, string form, string? question = null, params (string Name, string Value)[] typed)
    {
        var fields = page.Form(form)!.Elements.OfType<IHtmlInputElement>().ToDictionary(i => i.Name!, i => i.Value);
        foreach (var (name, value) in typed) fields[name] = value;
        using var content = new FormUrlEncodedContent(fields);
        return await browser.Http.PostAsync(question ?? form + "/question", content);
    }

    public Task<Page> AnswerAsync(string credential, params (string Name, string Value)[] typed) =>
        Browser.SubmitAsync(Page, Form, [("credential", credential), ("state", State), .. typed]);

    public Task<Page> CreateAsync(SoftAuthenticator device, params (string Name, string Value)[] typed) =>
        AnswerAsync(device.Create(Options), typed);

    /// <summary>Uses the passkey of a person; the authenticator counts on.</summary>
    public async Task<Page> UseAsync(HostFixture fixture, SoftAuthenticator device, string email)
    {
        device.Count++;
        return await AnswerAsync(device.Get(Options, await IdAsync(fixture, email)));
    }

    /// <summary>A passkey that is there already.</summary>
    public static async Task<SoftAuthenticator> EnrolAsync(HostFixture fixture, string email, bool synced = false)
    {
        var device = new SoftAuthenticator(fixture.Issuer) { IsSynced = synced };
        var userId = await IdAsync(fixture, email);
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Passkeys.Add(new Passkey
            {
                Id = Guid.CreateVersion7(), UserId = userId, CredentialId = device.CredentialId, PublicKey = device.PublicKey,
                Name = "Test", SignCount = device.Count, IsBackupEligible = synced, IsBackedUp = synced,
                CreatedAt = fixture.Time.GetUtcNow().UtcDateTime,
            });
            return db.SaveChangesAsync();
        });
        return device;
    }

    public static Task<Guid> IdAsync(HostFixture fixture, string email) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync());

    /// <summary>Signs in with a passkey, in a browser of its own.</summary>
    public static async Task<(Browser Browser, Page Landed)> SignInAsync(HostFixture fixture, SoftAuthenticator device, string email)
    {
        var browser = fixture.Host.NewBrowser();
        var ceremony = await BeginAsync(browser, await browser.OpenAsync("/signin"), "/signin/passkey");
        return (browser, await ceremony.UseAsync(fixture, device, email));
    }
}
