using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>A person who has forgotten their password, or a stranger who says so.</summary>
internal sealed class Forgetful(MailFixture fixture)
{
    /// <summary>Asks for the mail in a browser of their own.</summary>
    /// <returns>The page that wants the code.</returns>
    public async Task<(Browser Browser, Page Page)> AskAsync(string email)
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.SubmitAsync(
            await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", email));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return (browser, page);
    }

    /// <summary>Asks, and opens the mail.</summary>
    public async Task<string> LinkAsync(string email)
    {
        await AskAsync(email);
        return (await fixture.LatestAsync<PasswordResetLetter>(email)).Link;
    }

    public async Task ResetByLinkAsync(string email, string password)
    {
        var browser = fixture.Host.NewBrowser();
        var done = await browser.SubmitAsync(
            await browser.OpenAsync(await LinkAsync(email)), "/password/reset", ("password", password));
        Assert.Equal(HttpStatusCode.OK, done.Status);
    }

    /// <summary>Disables the account, or gives it another address.</summary>
    public Task ChangeAsync(string email, bool disable) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var user = await db.Users.SingleAsync(u => u.Email == email);
        if (disable) user.DisabledAt = DateTime.UnixEpoch;
        else (user.Email, user.NormalizedEmail) = ("other-" + email, "other-" + email);
        return await db.SaveChangesAsync();
    });
}
