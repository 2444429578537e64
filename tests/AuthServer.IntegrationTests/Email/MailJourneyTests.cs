using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Email;

/// <summary>Codes and links as a person reads them, in mails that have gone over a real mail server.</summary>
public sealed partial class MailJourneyTests(MailJourneyHost fixture) : IClassFixture<MailJourneyHost>
{
    private const string Password = "Orange-Kettle-19-Sea", New = "Brass-Teapot-61-Moon";

    [Fact]
    public async Task Codes_and_links_of_received_mails_confirm_reset_change_take_back_and_sign_in()
    {
        var (email, other, browser) = (NewAddress(), NewAddress(), fixture.Host.NewBrowser());
        // A new account: the code, from the text.
        var page = await browser.SubmitAsync(await browser.OpenAsync("/signup"), "/signup", ("email", email), ("password", Password));
        var mail = await MailAsync(email, 1);
        await browser.SubmitAsync(page, "/email/code", ("code", mail.Code));
        Assert.True(await IsConfirmedAsync(email));

        // A forgotten password: the link, from the button of the HTML. Opening it uses nothing up.
        var elsewhere = fixture.Host.NewBrowser();
        await elsewhere.SubmitAsync(await elsewhere.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", email));
        mail = await MailAsync(email, 2);
        Assert.StartsWith(AuthServerHost.IssuerText + "/password/reset?token=", mail.Link, StringComparison.Ordinal);
        Assert.Contains(mail.Link, mail.Text, StringComparison.Ordinal);
        await elsewhere.OpenAsync(mail.Link);
        var choose = await fixture.Host.NewBrowser().OpenAsync(mail.Link);
        Assert.True(choose.HasForm("/password/reset"));
        await elsewhere.SubmitAsync(await elsewhere.OpenAsync(mail.Link), "/password/reset", ("password", New));
        Assert.Equal(HttpStatusCode.Gone, (await elsewhere.OpenAsync(mail.Link)).Status);
        // It is told.
        await fixture.Mail.ToAsync(email, 3);

        // Another address: the code that the new mailbox has got, and the link of the former one.
        browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(new Person(email, New));
        var known = await fixture.Mail.ToAsync(email, 3);
        page = await browser.SubmitAsync(
            await browser.OpenAsync("/account/security/email"), "/account/security/email", ("email", other));
        await browser.SubmitAsync(page, "/email/code", ("code", (await MailAsync(other, 1)).Code));
        Assert.True(await IsConfirmedAsync(other));
        var told = await UntilAsync(email, mailOf => mailOf.Link.Contains("/email/undo?token=", StringComparison.Ordinal), known.Count);
        var owner = fixture.Host.NewBrowser();
        await owner.SubmitAsync(await owner.OpenAsync(told.Link), "/email/undo");
        Assert.True(await IsConfirmedAsync(email));

        // A sign-in by mail.
        var visitor = fixture.Host.NewBrowser();
        var before = fixture.Mail.To(email).Count;
        page = await visitor.SubmitAsync(await visitor.OpenAsync("/signin"), "/signin/email", ("email", email));
        var signIn = await UntilAsync(email, mailOf => mailOf.Link.Contains("/signin/email/link?token=", StringComparison.Ordinal), before);
        await visitor.SubmitAsync(page, "/signin/email/code", ("code", signIn.Code));
        Assert.Equal("/account", (await visitor.OpenAsync("/account")).Address.AbsolutePath);
    }

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.org";

    private Task<bool> IsConfirmedAsync(string email) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == email && u.EmailConfirmed));

    private async Task<ReceivedMail> MailAsync(string to, int which) => Read((await fixture.Mail.ToAsync(to, which))[which - 1]);

    /// <summary>The one that says this, among those after the first.</summary>
    private async Task<ReceivedMail> UntilAsync(string to, Func<ReceivedMail, bool> isIt, int first)
    {
        for (var count = first + 1; ; count++)
        {
            var mails = await fixture.Mail.ToAsync(to, count);
            if (mails.Skip(first).Select(Read).FirstOrDefault(isIt) is { } found) return found;
        }
    }

    private static ReceivedMail Read(MimeKit.MimeMessage mail)
    {
        var (text, html) = (mail.TextBody!, new HtmlParser().ParseDocument(mail.HtmlBody!));
        var links = html.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!).ToList();
        // What the HTML offers, the text offers too.
        Assert.All(links, link => Assert.Contains(link, text, StringComparison.Ordinal));
        var code = Code().Match(text);
        if (code.Success) Assert.Contains(code.Value, html.Body!.TextContent, StringComparison.Ordinal);
        return new(
            code.Value, links.FirstOrDefault(link => link.Contains("token=", StringComparison.Ordinal)) ?? "", text);
    }

    [GeneratedRegex(@"(?<=^|\s)\d{6}(?=\s|$)")]
    private static partial Regex Code();

    private sealed record ReceivedMail(string Code, string Link, string Text);
}

/// <summary>Addresses are confirmed, and people sign in by mail.</summary>
public sealed class MailJourneyHost() : MailHost(DatabaseKind.Sqlite)
{
    protected override HostSetup Prepare(HostSetup setup)
    {
        var prepared = base.Prepare(setup);
        return prepared with
        {
            Settings = new Dictionary<string, string>(prepared.Settings)
            {
                ["EMAIL_CONFIRMATION"] = "optional", ["SIGNIN_METHODS"] = "password,passkey,email",
            },
        };
    }
}
