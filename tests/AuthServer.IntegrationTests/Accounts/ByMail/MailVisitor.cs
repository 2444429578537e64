using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.ByMail;

/// <summary>A server where people sign in by mail too.</summary>
public abstract class ByMailFixture(DatabaseKind kind) : MailFixture(kind)
{
    protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["SIGNIN_METHODS"] = "password,passkey,email",
        ["SECOND_FACTOR_EMAIL"] = "people",
    };
}

public sealed class ByMailOnSqlite() : ByMailFixture(DatabaseKind.Sqlite);

public sealed class ByMailOnPostgres() : ByMailFixture(DatabaseKind.Postgres);

/// <summary>Whoever asks for a mail to sign in.</summary>
internal sealed class MailVisitor(MailFixture fixture)
{
    public const string Ask = "/signin/email", Code = "/signin/email/code", Link = "/signin/email/link";

    /// <summary>Types the address and asks for a mail.</summary>
    /// <returns>The page that wants the code.</returns>
    public async Task<(Browser Browser, Page Page)> AskAsync(string email, Browser? browser = null, Page? signIn = null)
    {
        browser ??= fixture.Host.NewBrowser();
        var page = await browser.SubmitAsync(signIn ?? await browser.OpenAsync("/signin"), Ask, ("email", email));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.True(page.HasForm(Code), page.Body);
        return (browser, page);
    }

    /// <summary>Asks, and reads the mail.</summary>
    public async Task<(Browser Browser, Page Page, SignInCodeLetter Letter)> AskAndReadAsync(string email, Browser? browser = null)
    {
        var (at, page) = await AskAsync(email, browser);
        return (at, page, await fixture.LatestAsync<SignInCodeLetter>(email));
    }

    public static string OtherThan(string code) => code == "000000" ? "000001" : "000000";

    public static async Task<bool> IsSignedInAsync(Browser browser) =>
        (await browser.OpenAsync("/account")).Address.AbsolutePath == "/account";

    /// <summary>What the one standing session of the account says of its sign-in.</summary>
    public Task<string?> AmrAsync(string email) => fixture.Host.WithDatabaseAsync(
        db => db.Sessions.Where(s => s.User!.Email == email && s.Amr!.StartsWith("otp")).Select(s => s.Amr).SingleAsync());
}
