using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Api;

/// <summary>POST /v1/auth/login, refresh and logout as a program calls them.</summary>
public abstract class LoginTests(HostFixture fixture)
{
    private const string LoginGrant = "urn:authplatform:params:oauth:grant-type:login";

    private ApiCaller Api => new(fixture.Issuer);

    private ApiCaller Bff => Api with { Basic = ("bff", "bff-secret-Lw8Kz3Qv7Tn5Yb1Rd9XhJf5pQ2") };

    [Fact]
    public async Task A_login_gives_an_access_token_and_a_refresh_token_and_no_id_token()
    {
        var answer = await Api.LoginAsync(Seed.Alice);
        Assert.Equal(
            (HttpStatusCode.OK, "application/json", "no-store"), (answer.Status, answer.MediaType, answer.Header("Cache-Control")));
        Assert.Equal(("Bearer", 900), (answer.Text("token_type"), answer.Json.GetProperty("expires_in").GetInt32()));
        Assert.False(answer.Has("id_token"));
        Assert.Null(answer.SetCookie);
        var token = new JsonWebToken(answer.AccessToken);
        Assert.Equal([fixture.Issuer.Text + "/v1"], token.Audiences);
        Assert.Equal("authplatform-first-party", token.GetPayloadValue<string>("client_id"));
        Assert.Equal("urn:authplatform:acr:1fa", token.GetPayloadValue<string>("acr"));
        Assert.Equal(fixture.Time.GetUtcNow().ToUnixTimeSeconds(), token.GetPayloadValue<long>("auth_time"));
        Assert.Equal("account:read email offline_access openid profile", Sorted(token.GetPayloadValue<string>("scope")));

        var row = await SessionAsync(token);
        Assert.Equal(("pwd", true, null, 0), (row!.Amr, row.Offline, row.ParentId, row.RotationCounter));
    }

    [Fact]
    public async Task An_admin_gets_the_scopes_of_the_user_administration_and_nobody_else_does()
    {
        var scope = new { scope = "openid users:read users:write" };
        Assert.Equal("offline_access openid users:read users:write", Sorted(ScopesOf(await Api.LoginAsync(Seed.Carol, scope))));
        Assert.Equal("offline_access openid", Sorted(ScopesOf(await Api.LoginAsync(Seed.Bob, scope))));
    }

    [Fact]
    public async Task Without_scope_a_login_gives_no_right_over_accounts_also_after_a_refresh()
    {
        var login = await Api.LoginAsync(Seed.Carol);
        Assert.Equal("account:read email offline_access openid profile", Sorted(ScopesOf(login)));
        Assert.Equal(ScopesOf(login), ScopesOf(await Api.RefreshAsync(login.RefreshToken)));
        ApiAnswer.Refused(
            await Api.RefreshAsync(login.RefreshToken, new { scope = "users:read" }), HttpStatusCode.BadRequest, "invalid-scope");
    }

    [Fact]
    public async Task A_scope_that_the_client_is_not_registered_for_is_refused_at_login()
    {
        ApiAnswer.Refused(await Api.LoginAsync(Seed.Alice, new { scope = "notes:read" }), HttpStatusCode.BadRequest, "invalid-scope");
        ApiAnswer.Refused(await Bff.LoginAsync(Seed.Alice, new { scope = "users:read" }), HttpStatusCode.BadRequest, "invalid-scope");
        Assert.Equal("account:write offline_access", Sorted(ScopesOf(await Bff.LoginAsync(Seed.Alice, new { scope = "account:write" }))));
    }

    [Fact]
    public async Task A_refresh_rotates_and_a_rotated_token_used_late_ends_the_session()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        var refreshed = await Api.RefreshAsync(login.RefreshToken);
        Assert.Equal(
            (HttpStatusCode.OK, "no-store", false), (refreshed.Status, refreshed.Header("Cache-Control"), refreshed.Has("id_token")));
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
        // Within the grace the same successor.
        Assert.Equal(refreshed.RefreshToken, (await Api.RefreshAsync(login.RefreshToken)).RefreshToken);

        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        ApiAnswer.Refused(await Api.RefreshAsync(login.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        ApiAnswer.Refused(await Api.RefreshAsync(refreshed.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
    }

    [Fact]
    public async Task A_refresh_can_narrow_the_scopes_and_not_widen_them()
    {
        var login = await Api.LoginAsync(Seed.Carol, new { scope = "account:read users:read" });
        var narrowed = await Api.RefreshAsync(login.RefreshToken, new { scope = "users:read" });
        Assert.Equal(("users:read", "users:read"), (ScopesOf(narrowed), narrowed.Text("scope") ?? "users:read"));
        ApiAnswer.Refused(
            await Api.RefreshAsync(narrowed.RefreshToken, new { scope = "notes:read" }), HttpStatusCode.BadRequest, "invalid-scope");
        Assert.Contains("account:read", ScopesOf(await Api.RefreshAsync(narrowed.RefreshToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_unknown_address_and_disabled_account_get_one_answer()
    {
        var disabled = await NewPersonAsync();
        await DisableAsync(disabled);
        ApiAnswer[] answers =
        [
            await Api.LoginAsync(Seed.Alice with { Password = "Not-Her-Password-9" }), await Api.LoginAsync(disabled),
            await Api.LoginAsync(new("nobody@example.test", "Some-Password-77")), await Api.LoginAsync(new("", "")), await Api.LoginAsync(
                new("no address", "x")),
        ];
        foreach (var answer in answers) ApiAnswer.Refused(answer, HttpStatusCode.Unauthorized, "invalid-credentials", "Bearer");
        Assert.Single(answers.Select(a => a.Body.Replace(a.Text("reference")!, "", StringComparison.Ordinal)).Distinct());
        // But for what is left of the address's budget, which every call makes less.
        Assert.Single(
            answers.Select(
                a =>
                    string.Join(
                        '\n', a.Headers.Where(h => h.Key != "RateLimit").Select(h => $"{h.Key}: {string.Join(',', h.Value)}"))).Distinct());
    }

    [Fact]
    public async Task An_account_disabled_after_the_login_gets_no_more_tokens()
    {
        var person = await NewPersonAsync();
        var login = await Api.LoginAsync(person);
        await DisableAsync(person);
        ApiAnswer.Refused(await Api.RefreshAsync(login.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
    }

    [Fact]
    public async Task The_login_grant_is_not_reachable_at_the_standard_token_endpoint_nor_advertised()
    {
        var form = await Seed.Spa(fixture.Issuer).TokenAsync(
            [("grant_type", LoginGrant), ("client_id", "authplatform-first-party"), ("email", Seed.Alice.Email),
                ("password", Seed.Alice.Password)]);
        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (form.Status, form.Error));
        var grants = (await fixture.Issuer.DiscoverAsync()).GetProperty("grant_types_supported").EnumerateArray()
            .Select(g => g.GetString());
        Assert.DoesNotContain(LoginGrant, grants);
        Assert.Contains("authorization_code", grants);
    }

    [Fact]
    public async Task Json_at_the_standard_endpoints_is_an_oauth_error()
    {
        foreach (var path in new[] { "/connect/token", "/connect/revoke", "/Connect/Token/" })
        {
            var answer = await Api.PostAsync(path, """{"grant_type":"refresh_token","refresh_token":"x","client_id":"spa"}""");
            Assert.Equal(
                (HttpStatusCode.BadRequest, "application/json", "invalid_request"),
                    (answer.Status, answer.MediaType, answer.Text("error")));
        }
    }

    [Fact]
    public async Task Clients_that_may_not_sign_people_in_are_refused()
    {
        ApiAnswer.Refused(
            await Api.LoginAsync(Seed.Alice, new { client_id = "third-party" }), HttpStatusCode.BadRequest, "unauthorized-client");
        // Ours, but not registered for it.
        ApiAnswer.Refused(await Api.LoginAsync(Seed.Alice, new { client_id = "spa" }), HttpStatusCode.BadRequest, "unauthorized-client");
        ApiAnswer.Refused(
            await Api.LoginAsync(Seed.Alice, new { client_id = "no-such" }), HttpStatusCode.Unauthorized, "invalid-client", "Bearer");
    }

    [Fact]
    public async Task A_confidential_first_party_client_authenticates_by_http_basic()
    {
        var login = await Bff.LoginAsync(Seed.Alice);
        Assert.Equal("bff", new JsonWebToken(login.AccessToken).GetPayloadValue<string>("client_id"));
        var refreshed = await Bff.RefreshAsync(login.RefreshToken, new { client_id = "bff" });
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);

        ApiAnswer.Refused(
            await Api.LoginAsync(Seed.Alice, new { client_id = "bff" }), HttpStatusCode.Unauthorized, "invalid-client", "Bearer");
        var wrong = Bff with { Basic = ("bff", "not-the-secret") };
        ApiAnswer.Refused(
            await wrong.LoginAsync(Seed.Alice), HttpStatusCode.Unauthorized, "invalid-client", "Basic realm=\"AuthPlatform\"");
        ApiAnswer.Refused(await Bff.LoginAsync(Seed.Alice, new { client_id = "spa" }), HttpStatusCode.BadRequest, "invalid-request");
        // Its refresh token is worth nothing to another client.
        ApiAnswer.Refused(await Api.RefreshAsync(refreshed.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        Assert.Equal(HttpStatusCode.NoContent, (await Bff.LogoutAsync(refreshed.RefreshToken)).Status);
    }

    [Fact]
    public async Task Tokens_of_another_public_client_work_when_it_is_named()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var app = Seed.Spa(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        ApiAnswer.Refused(await Api.RefreshAsync(tokens.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        var refreshed = await Api.RefreshAsync(tokens.RefreshToken, new { client_id = "spa" });
        Assert.Equal((HttpStatusCode.OK, false), (refreshed.Status, refreshed.Has("id_token")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_refresh_token_that_is_none_is_refused(string token)
    {
        var answer = await Api.RefreshAsync(token);
        if (token.Length == 0) ApiAnswer.Refused(answer, HttpStatusCode.BadRequest, "invalid-request");
        else ApiAnswer.Refused(answer, HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
    }

    [Fact]
    public async Task A_refresh_without_any_token_is_refused() =>
        ApiAnswer.Refused(await Api.RefreshAsync(null), HttpStatusCode.Unauthorized, "unauthorized", "Bearer");

    [Fact]
    public async Task An_address_without_the_version_answers_where_it_is()
    {
        foreach (var (path, to) in new[]
        {
            ("/auth/login", "/v1/auth/login"), ("/auth/register?x=%20y&z", "/v1/auth/register?x=%20y&z"),
                ("/auth//evil.example/%0d%0aX:y", "/v1/auth//evil.example/%0D%0AX:y"),
        })
        {
            var answer = await Api.PostAsync(path, "{}");
            Assert.Equal((308, to), ((int)answer.Status, answer.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task Login_and_logout_leave_audit_rows_with_reference_codes()
    {
        var login = await Api.LoginAsync(Seed.Bob);
        var sid = Guid.Parse(new JsonWebToken(login.AccessToken).GetPayloadValue<string>("sid"));
        Assert.Equal(HttpStatusCode.NoContent, (await Api.LogoutAsync(login.RefreshToken)).Status);
        var rows = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.Where(e => e.SessionId == sid).OrderBy(e => e.Id).ToListAsync());
        Assert.Equal(["session.opened", "session.ended"], rows.Select(r => r.Kind).Order(StringComparer.Ordinal).Reverse());
        Assert.All(rows, r => Assert.Equal(("authplatform-first-party", "127.0.0.1"), (r.ClientId, r.IpAddress)));
        Assert.All(rows, r => Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{4}$", r.Reference));
        Assert.Equal(2, rows.Select(r => r.Reference).Distinct().Count());
    }

    private static string ScopesOf(ApiAnswer answer) => new JsonWebToken(answer.AccessToken).GetPayloadValue<string>("scope");

    private static string Sorted(string scopes) => string.Join(' ', scopes.Split(' ').Order(StringComparer.Ordinal));

    private Task<Data.Entities.UserSession?> SessionAsync(JsonWebToken token)
    {
        var sid = Guid.Parse(token.GetPayloadValue<string>("sid"));
        return fixture.Host.WithDatabaseAsync(db => db.Sessions.FirstOrDefaultAsync(s => s.Id == sid));
    }

    private async Task<Person> NewPersonAsync()
    {
        var person = new Person($"p-{Guid.CreateVersion7():N}@example.test", "Amber-Kettle-58-Wind");
        var browser = fixture.Host.NewBrowser();
        await browser.SubmitAsync(
            await browser.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", person.Password), ("first_name", "Pat"),
                ("last_name", "Doe"));
        Assert.Equal(HttpStatusCode.OK, (await Api.LoginAsync(person)).Status);
        return person;
    }

    private Task<int> DisableAsync(Person person)
    {
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        return fixture.Host.WithDatabaseAsync(
            db => db.Users.Where(u => u.Email == person.Email).ExecuteUpdateAsync(u => u.SetProperty(x => x.DisabledAt, now)));
    }
}

public sealed class LoginsOnSqlite(SqliteHost fixture) : LoginTests(fixture), IClassFixture<SqliteHost>;

public sealed class LoginsOnPostgres(PostgresHost fixture) : LoginTests(fixture), IClassFixture<PostgresHost>;
