using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Exchange;

/// <summary>Token exchange (RFC 8693): an API calls the next one for the person who called it.</summary>
public abstract class TokenExchangeTests(ExchangeHost fixture)
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    [Fact]
    public async Task An_api_gets_a_token_for_the_next_one_that_tells_who_acts()
    {
        var given = await TokenOfAliceAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        var answer = await ExchangeAsync(fixture.Gateway, given, ("resource", ExchangeHost.Books));
        Assert.True(answer.IsOk, answer.Body);
        Assert.Equal((AccessToken, "Bearer", "books:read"),
            (answer.Text("issued_token_type"), answer.Text("token_type"), answer.Text("scope")));
        Assert.Null(answer.Text("refresh_token"));
        Assert.Null(answer.Text("id_token"));
        var (before, token) = (new JsonWebToken(given), new JsonWebToken(answer.AccessToken));
        Assert.Equal([ExchangeHost.Books], token.Audiences);
        Assert.Equal((before.Subject, "gateway"), (token.Subject, token.GetClaim("client_id").Value));
        Assert.Equal("""{"sub":"gateway"}""", token.GetClaim("act").Value);
        // No longer than the exchanged one.
        Assert.Equal(before.ValidTo, token.ValidTo);
        Assert.Equal(600, answer.Json.GetProperty("expires_in").GetInt32());

        var told = await fixture.Bookkeeper.IntrospectAsync(answer.AccessToken);
        Assert.True(told.IsActive);
        Assert.Equal("gateway", told.Json.GetProperty("act").GetProperty("sub").GetString());
        var session = Guid.Parse(before.GetClaim("sid").Value);
        var record = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.SingleAsync(e => e.Kind == "token.exchanged" && e.SessionId == session));
        Assert.Equal(("gateway", Guid.Parse(token.Subject)), (record.ClientId, record.SubjectId));
        Assert.Contains(ExchangeHost.Books, record.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lifetime_of_the_client_that_exchanges_limits_the_new_token()
    {
        var given = await TokenOfAliceAsync();
        var answer = await ExchangeAsync(fixture.Hasty, given, ("resource", ExchangeHost.Books));
        Assert.Equal(120, answer.Json.GetProperty("expires_in").GetInt32());
        var token = new JsonWebToken(answer.AccessToken);
        Assert.Equal(TimeSpan.FromSeconds(120), token.ValidTo - token.IssuedAt);
        // And so does the end of the exchanged one.
        fixture.Time.Advance(new JsonWebToken(given).ValidTo - fixture.Time.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(30));
        answer = await ExchangeAsync(fixture.Hasty, given, ("resource", ExchangeHost.Books));
        Assert.InRange(answer.Json.GetProperty("expires_in").GetInt32(), 29, 31);
    }

    [Fact]
    public async Task The_next_api_exchanges_again_and_the_chain_tells_of_both()
    {
        var first = await ExchangeAsync(fixture.Gateway, await TokenOfAliceAsync(), ("audience", ExchangeHost.Books));
        var second = await ExchangeAsync(fixture.Bookkeeper, first.AccessToken, ("audience", Seed.Api));
        Assert.Equal("""{"sub":"bookkeeper","act":{"sub":"gateway"}}""", new JsonWebToken(second.AccessToken).GetClaim("act").Value);
    }

    [Fact]
    public async Task A_chain_has_an_end()
    {
        var token = await TokenOfAliceAsync();
        for (var i = 0; i < 4; i++)
        {
            token = (await ExchangeAsync(i % 2 == 0 ? fixture.Gateway : fixture.Bookkeeper, token, ("resource", i % 2 == 0
                ? ExchangeHost.Books : Seed.Api))).AccessToken;
        }

        var answer = await ExchangeAsync(fixture.Gateway, token, ("resource", ExchangeHost.Books));
        Assert.Equal("invalid_request", answer.Error);
    }

    [Fact]
    public async Task An_actor_token_names_who_acts()
    {
        var actor = (await fixture.Gateway.ClientCredentialsAsync("notes:read", ("resource", Seed.Api))).AccessToken;
        var answer = await ExchangeAsync(
            fixture.Gateway, await TokenOfAliceAsync(), ("resource", ExchangeHost.Books), ("actor_token", actor),
            ("actor_token_type", AccessToken));
        Assert.Equal("""{"sub":"gateway"}""", new JsonWebToken(answer.AccessToken).GetClaim("act").Value);
        var others = (await fixture.Bookkeeper.ClientCredentialsAsync("notes:read", ("resource", Seed.Api))).AccessToken;
        var refused = await ExchangeAsync(
            fixture.Gateway, await TokenOfAliceAsync(), ("resource", ExchangeHost.Books), ("actor_token", others),
            ("actor_token_type", AccessToken));
        Assert.Equal("invalid_request", refused.Error);
    }

    /// <summary>Sections 2.1 and 4.1: who acts is the owner of a token of their own that still counts.</summary>
    [Fact]
    public async Task An_actor_token_in_which_somebody_acts_or_whose_session_has_ended_is_refused()
    {
        var chained = (await ExchangeAsync(fixture.Gateway, await TokenOfAliceAsync(), ("resource", Seed.Api))).AccessToken;
        await RefusedAsync(
            "invalid_request", fixture.Gateway, await TokenOfAliceAsync(), ("resource", ExchangeHost.Books), ("actor_token", chained),
            ("actor_token_type", AccessToken));

        var veiled = Seed.Pairwise(fixture.Issuer, "discreet-two");
        var own = (await veiled.RedeemCodeAsync(await (await SignedInAsync()).AuthorizeAsync(veiled, "openid"))).AccessToken;
        (string, string?)[] acts = [("resource", Seed.Api), ("actor_token", own), ("actor_token_type", AccessToken)];
        var answer = await ExchangeAsync(veiled, await TokenOfAliceAsync(), acts);
        Assert.True(answer.IsOk, answer.Body);
        Assert.True((await veiled.RevokeAsync(own)).IsOk);
        await RefusedAsync("invalid_request", veiled, await TokenOfAliceAsync(), acts);
    }

    /// <summary>Section 1.1: impersonation and delegation are two things, and a client is registered for one of them.</summary>
    [Fact]
    public async Task A_client_that_impersonates_gives_no_actor()
    {
        var given = await TokenOfAliceAsync();
        var answer = await ExchangeAsync(fixture.Masked, given, ("resource", ExchangeHost.Books));
        Assert.False(new JsonWebToken(answer.AccessToken).TryGetClaim("act", out _));
        var actor = (await fixture.Masked.ClientCredentialsAsync("notes:read", ("resource", Seed.Api))).AccessToken;
        var refused = await ExchangeAsync(
            fixture.Masked, given, ("resource", ExchangeHost.Books), ("actor_token", actor), ("actor_token_type", AccessToken));
        Assert.Equal("invalid_request", refused.Error);
    }

    [Fact]
    public async Task A_token_of_a_client_on_its_own_behalf_keeps_to_its_scopes()
    {
        var own = (await fixture.Gateway.ClientCredentialsAsync("notes:read", ("resource", Seed.Api))).AccessToken;
        var answer = await ExchangeAsync(fixture.Gateway, own, ("resource", Seed.Api));
        Assert.Equal("notes:read", answer.Text("scope"));
        await RefusedAsync("invalid_scope", fixture.Gateway, own, ("resource", ExchangeHost.Books), ("scope", "books:read"));
    }

    [Fact]
    public async Task An_exchanged_token_dies_with_the_session_of_the_first()
    {
        var (app, browser) = (Seed.Spa(fixture.Issuer), await SignedInAsync());
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access notes:read books:read"));
        var exchanged = (await ExchangeAsync(fixture.Gateway, tokens.AccessToken, ("resource", ExchangeHost.Books))).AccessToken;
        // Whoever got it does not end the session of the app by it.
        Assert.Equal("unsupported_token_type", (await fixture.Gateway.RevokeAsync(exchanged)).Error);
        Assert.True((await fixture.Bookkeeper.IntrospectAsync(exchanged)).IsActive);
        await app.RevokeAsync(tokens.RefreshToken);
        Assert.False((await fixture.Bookkeeper.IntrospectAsync(exchanged)).IsActive);
        Assert.Equal("invalid_request", (await ExchangeAsync(fixture.Gateway, tokens.AccessToken, ("resource", ExchangeHost.Books))).Error);
    }

    [Fact]
    public async Task It_opens_neither_userinfo_nor_the_account()
    {
        var exchanged = (await ExchangeAsync(fixture.Gateway, await TokenOfAliceAsync(), ("resource", ExchangeHost.Books))).AccessToken;
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Gateway.UserInfoAsync(exchanged)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await new ApiClient(fixture.Issuer, exchanged).GetAsync("/v1/account/profile")).Status);
    }

    [Fact]
    public async Task What_the_registration_does_not_name_is_refused()
    {
        var given = await TokenOfAliceAsync();
        await RefusedAsync("invalid_target", fixture.Gateway, given, ("resource", Seed.Ledger));
        await RefusedAsync("invalid_target", fixture.Gateway, given, ("resource", ExchangeHost.Books), ("audience", Seed.Api));
        // Two audiences are registered, and none is named.
        await RefusedAsync("invalid_target", fixture.Gateway, given);
        // The person has not granted it.
        await RefusedAsync("invalid_scope", fixture.Gateway, given, ("resource", ExchangeHost.Books), ("scope", "books:write"));
        await RefusedAsync("invalid_scope", fixture.Gateway, given, ("resource", ExchangeHost.Books), ("scope", "openid"));
        await RefusedAsync(
            "invalid_authorization_details", fixture.Gateway, given, ("resource", ExchangeHost.Books),
            ("authorization_details", "[{\"type\":\"payment\"}]"));
        // Neither the API that was called nor the app.
        await RefusedAsync("invalid_request", fixture.Stranger, given, ("resource", ExchangeHost.Books));
        // A client that it may not exchange tokens of.
        var web = Seed.Web(fixture.Issuer);
        var browser = await SignedInAsync();
        var other = await web.RedeemCodeAsync(await browser.AuthorizeAsync(web, "openid notes:read", [("resource", Seed.Api)]));
        await RefusedAsync("invalid_request", fixture.Gateway, other.AccessToken, ("resource", ExchangeHost.Books));
        await RefusedAsync("unauthorized_client", Seed.Machine(fixture.Issuer), given, ("resource", ExchangeHost.Books));
        await RefusedAsync("unauthorized_client", Seed.Spa(fixture.Issuer), given, ("resource", ExchangeHost.Books));
    }

    [Fact]
    public async Task Only_access_tokens_of_this_server_are_exchanged()
    {
        var (app, browser) = (Seed.Spa(fixture.Issuer), await SignedInAsync());
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access notes:read"));
        var given = tokens.AccessToken;
        var forged = given[..^4] + (given.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");
        foreach (var (token, type) in new[]
        {
            (forged, AccessToken), (tokens.Text("id_token")!, AccessToken), (tokens.RefreshToken, AccessToken), ("x", AccessToken),
            (tokens.Text("id_token")!, "urn:ietf:params:oauth:token-type:id_token"), (given, "urn:ietf:params:oauth:token-type:jwt"),
            (tokens.RefreshToken, "urn:ietf:params:oauth:token-type:refresh_token"),
        })
        {
            var answer = await fixture.Gateway.TokenAsync(
                [("grant_type", Grant), ("subject_token", token), ("subject_token_type", type), ("resource", ExchangeHost.Books)]);
            Assert.Equal("invalid_request", answer.Error);
        }

        await RefusedAsync("invalid_request", fixture.Gateway, given, ("resource", ExchangeHost.Books), ("actor_token", given));
        await RefusedAsync(
            "invalid_request", fixture.Gateway, given, ("resource", ExchangeHost.Books),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"));
        Assert.Equal("invalid_request", (await fixture.Gateway.TokenAsync([("grant_type", Grant), ("subject_token", given)])).Error);
        fixture.Time.Advance(TimeSpan.FromMinutes(16));
        await RefusedAsync("invalid_request", fixture.Gateway, given, ("resource", ExchangeHost.Books));
    }

    /// <summary>OpenID Connect Core 8: who gets the token knows the person by its own name for them.</summary>
    [Fact]
    public async Task A_token_with_a_pairwise_subject_is_exchanged_and_the_new_one_names_the_person_for_its_client()
    {
        var (discreet, veiled) = (Seed.Pairwise(fixture.Issuer), Seed.Pairwise(fixture.Issuer, "discreet-two"));
        var code = await (await SignedInAsync()).AuthorizeAsync(discreet, "openid notes:read", [("resource", Seed.Api)]);
        var given = (await discreet.RedeemCodeAsync(code)).AccessToken;
        var alice = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email));
        Assert.NotEqual(alice.Id.ToString(), new JsonWebToken(given).Subject);

        var open = await ExchangeAsync(fixture.Gateway, given, ("resource", Seed.Api));
        Assert.True(open.IsOk, open.Body);
        Assert.Equal(alice.Id.ToString(), new JsonWebToken(open.AccessToken).Subject);
        // Of another client's session, and still found by whoever asks about it.
        var veiledToken = await ExchangeAsync(veiled, await TokenOfAliceAsync(), ("resource", Seed.Api));
        Assert.True(veiledToken.IsOk, veiledToken.Body);
        Assert.Equal(new JsonWebToken(given).Subject, new JsonWebToken(veiledToken.AccessToken).Subject);
        Assert.True((await veiled.IntrospectAsync(veiledToken.AccessToken)).IsActive);
        var session = Guid.Parse(new JsonWebToken(given).GetClaim("sid").Value);
        var record = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.SingleAsync(e => e.Kind == "token.exchanged" && e.SessionId == session));
        Assert.Equal(alice.Id, record.SubjectId);
    }

    [Fact]
    public async Task An_exchanged_token_for_this_server_signs_nobody_out()
    {
        var (app, browser) = (Seed.Spa(fixture.Issuer), await SignedInAsync());
        var tokens = await app.RedeemCodeAsync(
            await browser.AuthorizeAsync(app, "openid offline_access notes:read"), ("resource", Seed.Api));
        var exchanged = await ExchangeAsync(fixture.Inner, tokens.AccessToken, ("resource", fixture.Issuer.Text));
        Assert.True(exchanged.IsOk, exchanged.Body);
        var answer = await (new ApiCaller(fixture.Issuer) with { Bearer = exchanged.AccessToken }).LogoutAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    /// <summary>RFC 9449: a bound token is worth nothing without its key, and with it gives one that is bound again.</summary>
    [Fact]
    public async Task A_bound_token_is_exchanged_by_the_holder_of_its_key_alone()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var holder = fixture.Gateway with { Key = key };
        var own = (await holder.ClientCredentialsAsync("notes:read", ("resource", Seed.Api))).AccessToken;
        await RefusedAsync("invalid_request", fixture.Gateway, own, ("resource", Seed.Api));
        await RefusedAsync("invalid_request", fixture.Gateway with { Key = other }, own, ("resource", Seed.Api));
        var answer = await ExchangeAsync(holder, own, ("resource", Seed.Api));
        Assert.Equal("DPoP", answer.Text("token_type"));
        Assert.Equal(
            key.Thumbprint,
            new JsonWebToken(answer.AccessToken).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetProperty("jkt").GetString());
        var actor = ("actor_token", own);
        (string, string?) type = ("actor_token_type", AccessToken);
        await RefusedAsync("invalid_request", fixture.Gateway, await TokenOfAliceAsync(), ("resource", ExchangeHost.Books), actor, type);
        Assert.True((await ExchangeAsync(holder, await TokenOfAliceAsync(), ("resource", ExchangeHost.Books), actor, type)).IsOk);
    }

    private async Task RefusedAsync(string error, ClientApp app, string token, params (string Name, string? Value)[] extra)
    {
        var answer = await ExchangeAsync(app, token, extra);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    private static Task<TokenAnswer> ExchangeAsync(ClientApp app, string token, params (string Name, string? Value)[] extra) =>
        app.TokenAsync([("grant_type", Grant), ("subject_token", token), ("subject_token_type", AccessToken), .. extra]);

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }

    // For the API of the notes, by a session in which books:read was granted too.
    private async Task<string> TokenOfAliceAsync()
    {
        var app = Seed.Spa(fixture.Issuer);
        var code = await (await SignedInAsync()).AuthorizeAsync(app, "openid notes:read books:read");
        return (await app.RedeemCodeAsync(code)).AccessToken;
    }
}

public sealed class TokenExchangeOnSqliteTests(ExchangeOnSqliteHost fixture)
    : TokenExchangeTests(fixture), IClassFixture<ExchangeOnSqliteHost>;

public sealed class TokenExchangeOnPostgresTests(ExchangeOnPostgresHost fixture)
    : TokenExchangeTests(fixture), IClassFixture<ExchangeOnPostgresHost>;
