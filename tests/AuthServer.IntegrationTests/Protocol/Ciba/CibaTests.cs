using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Ciba;

/// <summary>OpenID Connect CIBA Core 1.0 with polling: an app names a person, who decides in a browser of their own.</summary>
public abstract class CibaTests(HostFixture fixture)
{
    [Fact]
    public async Task An_app_gets_its_tokens_after_the_person_that_it_named_has_allowed_it()
    {
        var till = Seed.Till(fixture.Issuer);
        var asked = await till.AskForPersonAsync(
            Seed.Alice.Email, ("scope", "openid email offline_access"), ("binding_message", "Order 4711"), ("requested_expiry", "120"));
        Assert.Equal((120, 5), (asked.Json.GetProperty("expires_in").GetInt32(), asked.Json.GetProperty("interval").GetInt32()));
        Assert.Equal("authorization_pending", (await till.PollPersonAsync(IdOf(asked))).Error);
        Assert.Equal("slow_down", (await till.PollPersonAsync(IdOf(asked))).Error);

        var browser = await SignedInAsync(Seed.Alice);
        Assert.Contains("An app waits", (await browser.OpenAsync("/account/apps")).Body, StringComparison.Ordinal);
        var page = await OpenRequestAsync(browser);
        Assert.All(
            ["Till of the shop", "Order 4711", Seed.Alice.Email, "127.0.0.1"],
            part => Assert.Contains(part, page.Document.Body!.TextContent, StringComparison.Ordinal));
        var done = await browser.SubmitAsync(page, "/approve/decision", ("decision", "allow"));
        Assert.Contains("You told Till of the shop that it is you", done.Document.Body!.TextContent, StringComparison.Ordinal);
        var again = await browser.SubmitAsync(page, "/approve/decision", ("decision", "allow"));
        Assert.DoesNotContain("device", done.Document.Body.TextContent + again.Document.Body!.TextContent, StringComparison.Ordinal);
        var tokens = await till.PollPersonAsync(IdOf(asked));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal(Seed.Alice.Email, tokens.IdToken.GetClaim("email").Value);
        Assert.True((await till.RefreshAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await till.PollPersonAsync(IdOf(asked))).Error);
        var kinds = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.Where(e => e.ClientId == "till").Select(e => e.Kind).ToListAsync());
        Assert.Contains("ciba.approved", kinds);

        // Named again by the ID token that the app has, however old it is.
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.True((await till.AskForPersonAsync(null, ("id_token_hint", tokens.Text("id_token")))).IsOk);
        Assert.True((await till.AskForPersonAsync(tokens.IdToken.Subject)).IsOk);
        Assert.Equal("invalid_request", (await till.AskForPersonAsync(null, ("id_token_hint", tokens.AccessToken))).Error);

        // Section 7.1: it was issued to this client, and by this server.
        var (own, web) = (tokens.Text("id_token")!.Split('.'), Seed.Web(fixture.Issuer));
        var others = (await web.RedeemCodeAsync(await (await SignedInAsync(Seed.Alice)).AuthorizeAsync(web, "openid"))).Text("id_token")!;
        var payload = Base64UrlEncoder.Decode(own[1]);
        var changed = Base64UrlEncoder.Encode(payload.Replace(tokens.IdToken.Subject, Guid.Empty.ToString(), StringComparison.Ordinal));
        var unsigned = Base64UrlEncoder.Encode("""{"alg":"none"}""");
        foreach (var hint in new[]
            { others, $"{own[0]}.{changed}.{own[2]}", $"{own[0]}.{own[1]}.", $"{own[0]}.{own[1]}.{own[2][..^8]}", $"{unsigned}.{own[1]}." })
        {
            Assert.Equal("invalid_request", (await till.AskForPersonAsync(null, ("id_token_hint", hint))).Error);
        }
    }

    [Fact]
    public async Task A_person_who_does_not_allow_it_ends_the_request()
    {
        var till = Seed.Till(fixture.Issuer);
        var asked = await till.AskForPersonAsync(Seed.Bob.Email);
        var browser = await SignedInAsync(Seed.Bob);
        await browser.SubmitAsync(await OpenRequestAsync(browser), "/approve/decision", ("decision", "deny"));
        Assert.Equal("access_denied", (await till.PollPersonAsync(IdOf(asked))).Error);
    }

    [Fact]
    public async Task A_request_that_nobody_answers_expires()
    {
        var till = Seed.Till(fixture.Issuer);
        var asked = await till.AskForPersonAsync(Seed.Carol.Email);
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("expired_token", (await till.PollPersonAsync(IdOf(asked))).Error);
        var browser = await SignedInAsync(Seed.Carol);
        Assert.DoesNotContain("Till of the shop", (await browser.OpenAsync("/approve")).Body, StringComparison.Ordinal);
    }

    /// <summary>Section 13 has unknown_user_id; it would tell whose addresses have accounts.</summary>
    [Fact]
    public async Task Nobody_is_answered_for_like_a_person_who_does_not_decide()
    {
        var till = Seed.Till(fixture.Issuer);
        var (known, unknown) = (await till.AskForPersonAsync(Seed.Carol.Email), await till.AskForPersonAsync("nobody@example.test"));
        Assert.Equal((known.Status, known.Body.Length), (unknown.Status, unknown.Body.Length));
        Assert.Equal("authorization_pending", (await till.PollPersonAsync(IdOf(unknown))).Error);
        var row = await fixture.Host.WithDatabaseAsync(
            db => db.PendingAuthorizations.FirstAsync(p => p.Kind == PendingKind.Backchannel && p.UserId == null));
        var browser = await SignedInAsync(Seed.Carol);
        Assert.False((await browser.OpenAsync($"/approve?request={row.Id:N}")).HasForm("/approve/decision"));
    }

    [Fact]
    public async Task Only_the_person_who_was_named_sees_and_answers_the_request()
    {
        var till = Seed.Till(fixture.Issuer);
        var asked = await till.AskForPersonAsync(Seed.Carol.Email);
        var (carol, bob) = (await SignedInAsync(Seed.Carol), await SignedInAsync(Seed.Bob));
        var page = await OpenRequestAsync(carol);
        Assert.False((await bob.OpenAsync(page.Address.PathAndQuery)).HasForm("/approve/decision"));
        var signIn = await fixture.Host.NewBrowser().OpenAsync(page.Address.PathAndQuery);
        Assert.Equal("/signin", signIn.Address.AbsolutePath);
        Assert.True((await carol.OpenAsync(page.Address.PathAndQuery)).HasForm("/approve/decision"));
        Assert.Equal("authorization_pending", (await till.PollPersonAsync(IdOf(asked))).Error);
    }

    [Fact]
    public async Task An_auth_req_id_is_of_one_client_and_of_one_kind()
    {
        var (till, device) = (Seed.Till(fixture.Issuer), Seed.Television(fixture.Issuer));
        var asked = await till.AskForPersonAsync(Seed.Bob.Email);
        Assert.Equal("unauthorized_client", (await device.PollPersonAsync(IdOf(asked))).Error);
        Assert.Equal("invalid_grant", (await device.PollDeviceAsync(IdOf(asked))).Error);
        Assert.Equal("unauthorized_client", (await Seed.Machine(fixture.Issuer).AskForPersonAsync(Seed.Bob.Email)).Error);
        Assert.Equal("unauthorized_client", (await device.AskForPersonAsync(Seed.Bob.Email)).Error);
        Assert.Equal("unauthorized_client", (await till.AskForDeviceAsync()).Error);
        Assert.Equal("invalid_client", (await (till with { Secret = "wrong" }).AskForPersonAsync(Seed.Bob.Email)).Error);
    }

    [Theory]
    [InlineData("invalid_request", "login_hint_token", "x")]
    [InlineData("invalid_request", "user_code", "1234")]
    [InlineData("invalid_request", "id_token_hint", "x.y.z")]
    [InlineData("invalid_request", "requested_expiry", "-1")]
    [InlineData("invalid_request", "requested_expiry", "soon")]
    [InlineData("invalid_scope", "scope", "email")]
    [InlineData("invalid_binding_message", "binding_message", "two\nlines")]
    [InlineData("invalid_authorization_details", "authorization_details", "[{\"type\":\"payment\"}]")]
    public async Task A_request_that_is_not_by_the_specification_is_refused(string error, string name, string value)
    {
        var answer = await Seed.Till(fixture.Issuer).AskForPersonAsync("someone@example.test", (name, value));
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
        Assert.Equal("invalid_request", (await Seed.Till(fixture.Issuer).AskForPersonAsync(null)).Error);
    }

    [Fact]
    public async Task A_person_is_not_asked_again_and_again()
    {
        var till = Seed.Till(fixture.Issuer);
        TokenAnswer? last = null;
        string[] spellings = ["weary@example.test", "WEARY@example.test", "\uff57eary@example.test"];
        for (var i = 0; i < 11; i++) last = await till.AskForPersonAsync(spellings[i % spellings.Length]);
        Assert.Equal((HttpStatusCode.TooManyRequests, "temporarily_unavailable"), (last!.Status, last.Error));
    }

    private static string IdOf(TokenAnswer asked) => asked.Text("auth_req_id") ?? throw new InvalidOperationException(asked.Body);

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }

    // The newest stands last.
    private static async Task<Page> OpenRequestAsync(Browser browser)
    {
        var links = (await browser.OpenAsync("/approve")).Document.QuerySelectorAll("a[href*='/approve?request=']");
        var page = await browser.OpenAsync(links[^1].GetAttribute("href")!);
        Assert.True(page.HasForm("/approve/decision"), page.ToString());
        return page;
    }
}

public sealed class CibaOnSqliteTests(SqliteHost fixture) : CibaTests(fixture), IClassFixture<SqliteHost>;

public sealed class CibaOnPostgresTests(PostgresHost fixture) : CibaTests(fixture), IClassFixture<PostgresHost>;
