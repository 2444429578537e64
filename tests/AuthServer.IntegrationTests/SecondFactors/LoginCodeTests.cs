using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>POST /v1/auth/login for an account with a second factor: a problem with a challenge, and its completion.</summary>
public abstract class LoginCodeTests(HostFixture fixture)
{
    private const string Login = "/v1/auth/login";

    private ApiCaller Api => new(fixture.Issuer);

    [Fact]
    public async Task The_challenge_and_a_code_open_the_session_that_was_asked_for()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var asked = await Api.LoginAsync(person.Person, new { scope = "openid account:read" });
        ApiAnswer.Refused(asked, HttpStatusCode.Unauthorized, "second-factor-required", "Bearer");
        Assert.Null(asked.Header("Device-Token"));
        var tokens = await CompleteAsync(asked.Text("challenge")!, person.NextCode());
        tokens.Expect(HttpStatusCode.OK);
        Assert.NotNull(tokens.Header("Device-Token"));
        var read = await fixture.Issuer.Http.SendAsync(
            new(HttpMethod.Get, "/v1/users/me") { Headers = { Authorization = new("Bearer", tokens.AccessToken) } },
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        var content = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(tokens.AccessToken);
        Assert.Equal("urn:authplatform:acr:2fa", content.GetClaim("acr").Value);
        Assert.DoesNotContain("account:write", content.GetClaim("scope").Value, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Api.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_challenge_counts_once_and_a_wrong_code_leaves_it()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var challenge = (await Api.LoginAsync(person.Person)).Text("challenge")!;
        ApiAnswer.Refused(await CompleteAsync(challenge, "000000"), HttpStatusCode.Unauthorized, "invalid-code", "Bearer");
        (await CompleteAsync(challenge, person.RecoveryCodes[0])).Expect(HttpStatusCode.OK);
        var replayed = await CompleteAsync(challenge, person.NextCode());
        ApiAnswer.Refused(replayed, HttpStatusCode.Unauthorized, "challenge-expired", "Bearer");
    }

    [Fact]
    public async Task A_challenge_is_for_its_client_and_its_time_and_is_no_first_step_of_a_page()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var challenge = (await Api.LoginAsync(person.Person)).Text("challenge")!;
        foreach (var (text, client) in ((string, string?)[])[("x", null), (challenge[..^2] + "AA", null), (challenge, "app-of-the-house")])
        {
            var answer = await CompleteAsync(text, person.NextCode(), client);
            Assert.Contains(answer.Problem, (string[])["challenge-expired", "invalid-client"]);
        }

        var browser = fixture.Host.NewBrowser();
        browser.Cookies.Add(new Cookie("__Host-authplatform-first-step", challenge, "/", fixture.Issuer.Address.Host));
        Assert.True((await browser.OpenAsync("/signin/second-factor")).HasForm("/signin"));
        var (other, _) = await person.GivePasswordAsync();
        var ofPage = other.Cookies.GetAllCookies().Single(c => c.Name.EndsWith("first-step", StringComparison.Ordinal)).Value;
        (await CompleteAsync(ofPage, person.NextCode())).Expect(HttpStatusCode.Unauthorized, "challenge-expired");
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        (await CompleteAsync(challenge, person.NextCode())).Expect(HttpStatusCode.Unauthorized, "challenge-expired");
    }

    [Theory]
    [InlineData("""{"challenge":"x"}""", "code")]
    [InlineData("""{"challenge":"x","code":"1","email":"a@example.test"}""", "email")]
    [InlineData("""{"challenge":1,"code":"1"}""", "challenge")]
    public async Task A_second_body_is_read_as_strictly_as_the_first(string body, string member)
    {
        var answer = await Api.PostAsync(Login, body);
        answer.Expect(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal([member], answer.Members);
    }

    [Fact]
    public async Task In_cookie_mode_the_second_body_needs_the_header_and_gets_the_cookie()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var page = Api with { Csrf = "1", Origin = fixture.Issuer.Origin };
        var challenge = (await page.LoginAsync(person.Person, new { refresh_cookie = true })).Text("challenge")!;
        var body = JsonSerializer.Serialize(new { challenge, code = person.NextCode(), refresh_cookie = true });
        (await (page with { Csrf = null }).PostAsync(Login, body)).Expect(HttpStatusCode.Forbidden, "forbidden");
        var done = await page.PostAsync(Login, body);
        done.Expect(HttpStatusCode.OK);
        Assert.NotNull(done.SetCookie);
        Assert.False(done.Has("refresh_token"));
    }

    private Task<ApiAnswer> CompleteAsync(string challenge, string code, string? client = null) =>
        Api.PostAsync(Login, JsonSerializer.Serialize(
            client is null ? (object)new { challenge, code } : new { challenge, code, client_id = client }));
}

public sealed class LoginCodeOnSqliteTests(SqliteHost fixture) : LoginCodeTests(fixture), IClassFixture<SqliteHost>;

public sealed class LoginCodeOnPostgresTests(PostgresHost fixture) : LoginCodeTests(fixture), IClassFixture<PostgresHost>;
