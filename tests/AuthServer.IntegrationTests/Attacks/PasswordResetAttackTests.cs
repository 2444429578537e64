using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Accounts.Recovery;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>Strangers who try to get into accounts by "Forgot your password?", or to learn whether there are any.</summary>
public abstract class PasswordResetAttackTests(MailFixture fixture)
{
    private const string New = "Brass-Teapot-61-Moon";

    private Forgetful Stranger => new(fixture);

    [Fact]
    public async Task Known_unknown_and_disabled_addresses_have_one_answer_one_cost_and_one_mail()
    {
        var (known, disabled) = (await fixture.NewPersonAsync(), await fixture.NewPersonAsync());
        await Stranger.ChangeAsync(disabled.Email, disable: true);
        var unknown = $"{Guid.CreateVersion7():N}@example.test";
        var seen = new List<(HttpStatusCode, string, string, int)>();
        foreach (var email in new[] { known.Email, unknown, disabled.Email })
        {
            var browser = fixture.Host.NewBrowser();
            var ask = await browser.OpenAsync("/password/forgotten");
            Page? page = null;
            var sql = await fixture.Host.Sql.MeasureAsync(
                async () => page = await browser.SubmitAsync(ask, "/password/forgotten", ("email", email)));
            var text = page!.Document.Body!.TextContent.Replace(email, "", StringComparison.Ordinal);
            var wrong = await browser.SubmitAsync(page, "/password/code", ("code", "12345678"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
            seen.Add((page.Status, text, sql.ToString(), await fixture.CountAsync(email)));
        }

        Assert.Single(seen.Distinct());
        await fixture.LatestAsync<NoAccountLetter>(unknown);
    }

    [Fact]
    public async Task Wrong_codes_end_the_code_after_five_whether_there_is_an_account_or_not()
    {
        var (known, unknown) = (await fixture.NewPersonAsync(), $"{Guid.CreateVersion7():N}@example.test");
        var answers = new List<string>();
        foreach (var email in new[] { known.Email, unknown })
        {
            var (browser, page) = await Stranger.AskAsync(email);
            var texts = new List<string>();
            var wrong = email == known.Email ? WrongFor((await fixture.LatestAsync<PasswordResetLetter>(email)).Code) : "000000";
            for (var i = 0; i < 5; i++)
            {
                var answer = await browser.SubmitAsync(page, "/password/code", ("code", wrong));
                texts.Add($"{answer.Status} {answer.Document.Body!.TextContent.Replace(email, "", StringComparison.Ordinal)}");
            }

            answers.Add(string.Join('\n', texts));
        }

        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task After_five_wrong_codes_the_right_one_is_worth_nothing_and_the_link_still_works()
    {
        var person = await fixture.NewPersonAsync();
        var (browser, page) = await Stranger.AskAsync(person.Email);
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        // At once, because a counter that is read before it is written would let more through.
        var guesses = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            _ => browser.SubmitAsync(page, "/password/code", ("code", WrongFor(letter.Code)))));
        Assert.All(guesses, guess => Assert.Equal(HttpStatusCode.UnprocessableEntity, guess.Status));
        Assert.Equal(5, await fixture.Host.WithDatabaseAsync(
            db => db.Proofs.Where(p => p.Email == person.Email).Select(p => p.Tries).SingleAsync()));
        var right = await browser.SubmitAsync(page, "/password/code", ("code", letter.Code));
        Assert.False(right.HasForm("/password/reset"));
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(letter.Link)).Status);
    }

    [Fact]
    public async Task A_code_works_only_in_the_tab_that_asked_for_it_and_for_its_own_account()
    {
        var (owner, other) = (await fixture.NewPersonAsync(), await fixture.NewPersonAsync());
        var (strangers, tab) = await Stranger.AskAsync(owner.Email);
        await fixture.LatestAsync<PasswordResetLetter>(owner.Email);
        await Stranger.AskAsync(owner.Email);
        var latest = (await fixture.LatestAsync<PasswordResetLetter>(owner.Email)).Code;
        var (_, others) = await Stranger.AskAsync(other.Email);
        Assert.False((await strangers.SubmitAsync(tab, "/password/code", ("code", latest))).HasForm("/password/reset"));
        foreach (var request in new[] { Field(others), "", "x", Field(tab)[..^2] + "AA" })
        {
            var page = await strangers.SubmitAsync(tab, "/password/code", ("code", latest), ("request", request));
            Assert.False(page.HasForm("/password/reset"), page.ToString());
        }

        string Field(Page page) => page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
    }

    [Fact]
    public async Task Links_come_from_the_issuer_whatever_the_Host_header_says()
    {
        var person = await fixture.NewPersonAsync();
        foreach (var (name, value) in new[] { ("Host", "evil.example.test"), ("X-Forwarded-Host", "evil.example.test") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/password/forgotten");
            request.Content = new StringContent($$"""{"email":"{{person.Email}}"}""", System.Text.Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await fixture.Issuer.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            Assert.StartsWith(
                fixture.Issuer.Text + "/password/reset?token=", (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Link,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_eight_resets_at_once_by_one_link_one_succeeds_and_of_two_links_one_does()
    {
        var person = await fixture.NewPersonAsync();
        var first = await Stranger.LinkAsync(person.Email);
        Assert.Equal((1, 7), await RaceAsync(Enumerable.Repeat(first, 8)));
        var two = new[] { await Stranger.LinkAsync(person.Email), await Stranger.LinkAsync(person.Email) };
        Assert.Equal((1, 1), await RaceAsync(two));
    }

    [Fact]
    public async Task A_form_of_another_site_sends_no_mail_and_sets_no_password()
    {
        var person = await fixture.NewPersonAsync();
        var link = await Stranger.LinkAsync(person.Email);
        var mails = await fixture.CountAsync(person.Email);
        foreach (var path in new[] { "/password/forgotten", "/password/code", "/password/reset" })
        {
            using var forged = new FormUrlEncodedContent(
                [new("email", person.Email), new("token", link.Split("token=")[1]), new("password", New), new("code", "000000")]);
            using var answer = await fixture.Issuer.Http.PostAsync(path, forged);
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Gone, $"{path} {answer.StatusCode}");
        }

        Assert.Equal(mails, await fixture.CountAsync(person.Email));
        Assert.Equal(HttpStatusCode.OK, (await fixture.Host.NewBrowser().OpenAsync(link)).Status);
    }

    [Fact]
    public async Task Rows_hold_neither_code_nor_token()
    {
        var person = await fixture.NewPersonAsync();
        await Stranger.AskAsync(person.Email);
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        var row = await fixture.Host.WithDatabaseAsync(db => db.Proofs.AsNoTracking().SingleAsync(p => p.Email == person.Email));
        var text = System.Text.Json.JsonSerializer.Serialize(row);
        Assert.DoesNotContain(letter.Code, row.CodeHash + row.LinkHash, StringComparison.Ordinal);
        Assert.DoesNotContain(letter.Link.Split("token=")[1], text, StringComparison.Ordinal);
        // A hash without a key would be found by trying a million codes.
        Assert.NotEqual(row.CodeHash, Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(letter.Code))));
    }

    private static string WrongFor(string code) => code == "000000" ? "000001" : "000000";

    private async Task<(int Succeeded, int Ended)> RaceAsync(IEnumerable<string> links)
    {
        var pages = new List<(Browser, Page)>();
        foreach (var link in links)
        {
            var browser = fixture.Host.NewBrowser();
            pages.Add((browser, await browser.OpenAsync(link)));
        }

        var answers = await Task.WhenAll(pages.Select(
            p => p.Item1.SubmitAsync(p.Item2, "/password/reset", ("password", $"Brass-{Guid.CreateVersion7():N}-Moon"))));
        return (answers.Count(a => a.Status == HttpStatusCode.OK), answers.Count(a => a.Status == HttpStatusCode.Gone));
    }
}

public sealed class PasswordResetAttacksOnSqlite(MailOnSqlite host) : PasswordResetAttackTests(host), IClassFixture<MailOnSqlite>;

public sealed class PasswordResetAttacksOnPostgres(MailOnPostgres host) : PasswordResetAttackTests(host), IClassFixture<MailOnPostgres>;
