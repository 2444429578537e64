using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.ByMail;

/// <summary>Strangers who try to get into accounts by mails to sign in, or to learn whether there are any.</summary>
public abstract class EmailSignInAttackTests(ByMailFixture fixture)
{
    private MailVisitor Visitor => new(fixture);

    [Fact]
    public async Task Known_unknown_and_disabled_addresses_have_one_answer_one_cost_and_one_mail()
    {
        var (known, unproven, disabled) =
            (await fixture.NewPersonAsync(confirmed: true), await fixture.NewPersonAsync(), await fixture.NewPersonAsync());
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == disabled.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.DisabledAt, DateTime.UnixEpoch)));
        var unknown = $"{Guid.CreateVersion7():N}@example.test";
        var seen = new List<(HttpStatusCode, string, string, int)>();
        foreach (var email in new[] { known.Email, unproven.Email, unknown, disabled.Email })
        {
            var browser = fixture.Host.NewBrowser();
            var signIn = await browser.OpenAsync("/signin");
            Page? page = null;
            var sql = await fixture.Host.Sql.MeasureAsync(
                async () => page = await browser.SubmitAsync(signIn, MailVisitor.Ask, ("email", email)));
            var texts = page!.Document.Body!.TextContent;
            for (var i = 0; i < 6; i++)
            {
                var wrong = await browser.SubmitAsync(page, MailVisitor.Code, ("code", "12345678"));
                texts += $"{(int)wrong.Status} {wrong.Document.Body!.TextContent}";
            }

            seen.Add((page.Status, texts.Replace(email, "", StringComparison.Ordinal), sql.ToString(), await fixture.CountAsync(email)));
        }

        Assert.Single(seen.Distinct());
        await fixture.LatestAsync<NoAccountLetter>(unknown);
        await fixture.LatestAsync<NoAccountLetter>(disabled.Email);
    }

    [Fact]
    public async Task After_five_wrong_codes_the_right_one_is_worth_nothing()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var guesses = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            _ => browser.SubmitAsync(page, MailVisitor.Code, ("code", MailVisitor.OtherThan(letter.Code)))));
        Assert.All(guesses, guess => Assert.Equal(HttpStatusCode.UnprocessableEntity, guess.Status));
        Assert.Equal(5, await fixture.Host.WithDatabaseAsync(
            db => db.Proofs.Where(p => p.Email == person.Email).Select(p => p.Tries).SingleAsync()));
        await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task Of_eight_uses_of_one_code_and_of_one_link_at_once_one_opens_a_session()
    {
        foreach (var byLink in new[] { false, true })
        {
            var person = await fixture.NewPersonAsync(confirmed: true);
            var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
            if (byLink) page = await browser.OpenAsync(letter.Link!);
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => byLink
                ? browser.SubmitAsync(page, MailVisitor.Link)
                : browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code))));
            Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
            Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.CountAsync(
                e => e.Kind == "session.opened" && db.Users.Any(u => u.Id == e.SubjectId && u.Email == person.Email))));
        }
    }

    [Fact]
    public async Task A_mail_for_something_else_signs_nobody_in_and_one_to_sign_in_is_good_for_nothing_else()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var request = page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
        var forgotten = await browser.SubmitAsync(
            await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", person.Email));
        var reset = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        var resetRequest = forgotten.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
        await browser.SubmitAsync(page, MailVisitor.Code, ("request", resetRequest), ("code", reset.Code));
        var crossed = await browser.SubmitAsync(forgotten, "/password/code", ("request", request), ("code", letter.Code));
        Assert.False(crossed.HasForm("/password/reset"));
        var token = letter.Link!.Split("token=")[1];
        foreach (var path in new[] { "/password/reset", "/email/link", "/email/undo", "/signup/confirm" })
        {
            Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync($"{path}?token={token}")).Status);
        }

        var other = reset.Link.Split("token=")[1];
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync($"{MailVisitor.Link}?token={other}")).Status);
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("disabled")]
    [InlineData("address")]
    public async Task A_mail_is_for_the_account_as_it_was(string change)
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var user = await db.Users.SingleAsync(u => u.Email == person.Email);
            if (change == "password") user.SecurityStamp = "another";
            else if (change == "disabled") user.DisabledAt = DateTime.UnixEpoch;
            else (user.Email, user.NormalizedEmail) = ("other-" + person.Email, "other-" + person.Email);
            return await db.SaveChangesAsync();
        });
        await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(letter.Link!)).Status);
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task A_form_of_another_site_sends_no_mail_and_signs_nobody_in()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var mails = await fixture.CountAsync(person.Email);
        var request = page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
        foreach (var path in new[] { MailVisitor.Ask, MailVisitor.Code, MailVisitor.Link })
        {
            using var forged = new FormUrlEncodedContent([new("email", person.Email), new("request", request),
                new("code", letter.Code), new("token", letter.Link!.Split("token=")[1])]);
            using var answer = await browser.Http.PostAsync(path, forged);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(mails, await fixture.CountAsync(person.Email));
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task Links_come_from_the_issuer_and_lead_nowhere_else()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var browser = fixture.Host.NewBrowser();
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example.test");
        var form = await browser.OpenAsync("/signin");
        await browser.SubmitAsync(form, MailVisitor.Ask, ("email", person.Email), ("returnUrl", "https://evil.example.test/"));
        var link = (await fixture.LatestAsync<SignInCodeLetter>(person.Email)).Link!;
        Assert.StartsWith(fixture.Issuer.Text + "/signin/email/link?token=", link, StringComparison.Ordinal);
        var landed = await browser.SubmitAsync(await browser.OpenAsync(link), MailVisitor.Link);
        Assert.Null(landed.LeftTo);
        Assert.Equal("/", landed.Address.AbsolutePath);
    }
}

public sealed class EmailSignInAttacksOnSqlite(ByMailOnSqlite host) : EmailSignInAttackTests(host), IClassFixture<ByMailOnSqlite>;

public sealed class EmailSignInAttacksOnPostgres(ByMailOnPostgres host) : EmailSignInAttackTests(host), IClassFixture<ByMailOnPostgres>;
