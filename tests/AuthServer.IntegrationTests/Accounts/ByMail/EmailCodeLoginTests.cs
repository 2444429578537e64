using System.Net;
using System.Text.Json;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Accounts.ByMail;

/// <summary>POST /v1/auth/email-code, and its challenge with the code at POST /v1/auth/login.</summary>
public abstract class EmailCodeLoginTests(ByMailFixture fixture)
{
    private ApiCaller Api => new(fixture.Issuer);

    [Fact]
    public async Task A_challenge_and_the_code_of_the_mail_open_the_session_that_was_asked_for_once()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (challenge, letter) = await AskAsync(person.Email, "openid account:read");
        Assert.Null(letter.Link);
        var wrong = await LoginAsync(challenge, MailVisitor.OtherThan(letter.Code));
        ApiAnswer.Refused(wrong, HttpStatusCode.Unauthorized, "invalid-code", "Bearer");
        var done = await LoginAsync(challenge, letter.Code);
        done.Expect(HttpStatusCode.OK);
        Assert.NotNull(done.Header("Device-Token"));
        var token = new JsonWebToken(done.AccessToken);
        Assert.Equal("urn:authplatform:acr:1fa", token.GetClaim("acr").Value);
        Assert.Equal("otp", await new MailVisitor(fixture).AmrAsync(person.Email));
        Assert.DoesNotContain("account:write", token.GetClaim("scope").Value, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Api.RefreshAsync(done.RefreshToken)).Status);
        ApiAnswer.Refused(await LoginAsync(challenge, letter.Code), HttpStatusCode.Unauthorized, "challenge-expired", "Bearer");
    }

    [Fact]
    public async Task The_answer_does_not_tell_whether_there_is_an_account()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var unknown = $"{Guid.CreateVersion7():N}@example.test";
        var seen = new List<string>();
        foreach (var email in new[] { person.Email, unknown })
        {
            var asked = await Api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { email }));
            asked.Expect(HttpStatusCode.Accepted);
            var answers = new List<string>();
            for (var i = 0; i < 6; i++)
            {
                var answer = await LoginAsync(asked.Text("challenge")!, "999999");
                answers.Add($"{answer.Status} {answer.Problem}");
            }

            seen.Add(string.Join(' ', answers));
        }

        Assert.Single(seen.Distinct());
        Assert.Equal(await fixture.CountAsync(person.Email), await fixture.CountAsync(unknown));
    }

    [Fact]
    public async Task A_second_factor_follows_the_code_of_the_mail()
    {
        var enrolled = await EnrolledPerson.NewAsync(fixture);
        var (challenge, letter) = await AskAsync(enrolled.Person.Email);
        var asked = await LoginAsync(challenge, letter.Code);
        ApiAnswer.Refused(asked, HttpStatusCode.Unauthorized, "second-factor-required", "Bearer");
        Assert.False(asked.Has("access_token"));
        var done = await LoginAsync(asked.Text("challenge")!, enrolled.NextCode());
        done.Expect(HttpStatusCode.OK);
        Assert.Equal("urn:authplatform:acr:2fa", new JsonWebToken(done.AccessToken).GetClaim("acr").Value);
        Assert.Equal("otp mfa", await new MailVisitor(fixture).AmrAsync(enrolled.Person.Email));
    }

    [Fact]
    public async Task A_challenge_is_for_its_client_and_works_at_no_page_and_that_of_a_page_not_here()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (challenge, letter) = await AskAsync(person.Email);
        var other = await Api.PostAsync(
            "/v1/auth/login", JsonSerializer.Serialize(new { challenge, code = letter.Code, client_id = "app-of-the-house" }));
        Assert.Contains(other.Problem, (string[])["challenge-expired", "invalid-client"]);
        var (browser, page) = await new MailVisitor(fixture).AskAsync(person.Email);
        var ofPage = page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
        var pageCode = (await fixture.LatestAsync<SignInCodeLetter>(person.Email)).Code;
        (await LoginAsync(ofPage, pageCode)).Expect(HttpStatusCode.Unauthorized, "challenge-expired");
        await browser.SubmitAsync(page, MailVisitor.Code, ("request", challenge), ("code", letter.Code));
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
    }

    [Theory]
    [InlineData("""{"email":"nobody"}""", 422, "invalid-value")]
    [InlineData("""{"email":"a@example.test","client_id":"nobody"}""", 400, "invalid-request")]
    [InlineData("""{"email":"a@example.test","code":"1"}""", 400, "invalid-request")]
    public async Task What_cannot_be_meant_is_refused(string body, int status, string problem) =>
        (await Api.PostAsync("/v1/auth/email-code", body)).Expect((HttpStatusCode)status, problem);

    [Fact]
    public async Task A_scope_beyond_the_client_is_refused_and_leaves_the_code()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (challenge, letter) = await AskAsync(person.Email, "openid no-such-scope");
        (await LoginAsync(challenge, letter.Code)).Expect(HttpStatusCode.BadRequest, "invalid-scope");
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Proofs.AnyAsync(p => p.Email == person.Email && p.UsedAt == null)));
    }

    [Fact]
    public async Task Of_eight_logins_with_one_code_at_once_one_opens_a_session()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (challenge, letter) = await AskAsync(person.Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => LoginAsync(challenge, letter.Code))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
    }

    private async Task<(string Challenge, SignInCodeLetter Letter)> AskAsync(string email, string? scope = null)
    {
        var asked = await Api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { email, scope }));
        asked.Expect(HttpStatusCode.Accepted);
        return (asked.Text("challenge")!, await fixture.LatestAsync<SignInCodeLetter>(email));
    }

    private Task<ApiAnswer> LoginAsync(string challenge, string code) =>
        Api.PostAsync("/v1/auth/login", JsonSerializer.Serialize(new { challenge, code }));
}

public sealed class EmailCodeLoginOnSqlite(ByMailOnSqlite host) : EmailCodeLoginTests(host), IClassFixture<ByMailOnSqlite>;

public sealed class EmailCodeLoginOnPostgres(ByMailOnPostgres host) : EmailCodeLoginTests(host), IClassFixture<ByMailOnPostgres>;
