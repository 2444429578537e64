using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Ciba;

/// <summary>OpenID Connect CIBA Core 1.0 sections 10.2, 10.3 and 12: clients that are called back.</summary>
public abstract class CibaCallbackTests(CibaHost fixture)
{
    private const string RequestId = "urn:openid:params:jwt:claim:auth_req_id", RefreshHash = "urn:openid:params:jwt:claim:rt_hash";

    private static readonly Dictionary<string, Action<Client>> Changes = new()
    {
        ["it may not use CIBA"] = row => row.Permissions = With(row.Permissions, "gt:urn:openid:params:grant-type:ciba", "gt:none"),
        ["it may not call the token endpoint"] = row => row.Permissions = With(row.Permissions, "ept:token", "ept:none"),
        ["it has no credentials"] = row => row.ClientType = "public",
        ["its tokens are bound to a key"] = row => row.Properties = With(
            row.Properties, "\"metadata\":{", "\"metadata\":{\"dpop_bound_access_tokens\":true,"),
        ["its tokens are bound to a certificate"] = row => row.Properties = With(
            row.Properties, "\"metadata\":{", "\"metadata\":{\"tls_client_certificate_bound_access_tokens\":true,"),
        ["it has no address"] = row => row.Properties = With(row.Properties, "backchannel_client_notification_endpoint", "former_endpoint"),
        ["it is pinged"] = row => row.Properties = With(row.Properties, "\"push\"", "\"ping\""),
        ["it asks"] = row => row.Properties = With(row.Properties, "\"push\"", "\"poll\""),
    };

    public static TheoryData<string> Changed => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Changed))]
    public async Task A_client_that_may_not_be_sent_it_any_more_is_sent_nothing(string what)
    {
        var asked = await fixture.AskAsync(
            "changing", Seed.Alice.Email, ("scope", "openid offline_access"), ("requested_expiry", "600"));
        await fixture.WhileAsync("changing", Changes[what], async () =>
        {
            await fixture.DecideAsync(Seed.Alice);
            // A client that has taken nothing is left alone for up to a minute.
            await AssertSecretsAsync(asked, isStored: false, TimeSpan.FromSeconds(5));
            var poll = await fixture.App("changing").PollPersonAsync(IdOf(asked));
            Assert.Equal(what is "it is pinged" or "it asks", poll.IsOk);
        });
        Assert.Empty(fixture.Of("changing"));
    }

    [Fact]
    public async Task A_client_is_called_at_the_address_of_today()
    {
        var asked = await fixture.AskAsync("changing", Seed.Bob.Email, ("requested_expiry", "600"));
        await fixture.WhileAsync("changing", row => row.Properties = With(row.Properties, "/changing\"", "/moved\""), async () =>
        {
            await fixture.DecideAsync(Seed.Bob);
            Assert.Equal(IdOf(asked), Assert.Single(await fixture.ReceivedAsync("moved", 1, TimeSpan.FromSeconds(5))).Text("auth_req_id"));
        });
        Assert.Empty(fixture.Of("changing"));
    }

    /// <summary>OpenID Connect Core 10.2: nothing goes out in clear in its place.</summary>
    [Fact]
    public async Task An_ID_token_that_is_pushed_is_encrypted_and_waits_for_the_key_of_the_client()
    {
        var key = Recipient.New("P-256", "k1");
        var asked = await fixture.AskAsync("sealed", Seed.Alice.Email, ("scope", "openid email"), ("requested_expiry", "600"));
        await fixture.DecideAsync(Seed.Alice);
        await fixture.UntilAsync("it waits for a key", () => fixture.Host.WithDatabaseAsync(
            db => db.LogoutNotices.AnyAsync(n => n.ClientId == "sealed" && n.LastError!.Contains("jwks_uri"))));
        Assert.Empty(fixture.Of("sealed"));
        fixture.Published = [key.Jwk];
        var call = Assert.Single(await fixture.ReceivedAsync("sealed", 1, TimeSpan.FromSeconds(2)));
        var (header, content) = key.Open(call.Text("id_token")!);
        Assert.Equal(("JWT", "k1"), (header.GetProperty("cty").GetString(), header.GetProperty("kid").GetString()));
        var idToken = new JsonWebToken(content);
        Assert.Equal(
            (IdOf(asked), HalfHash(call.Text("access_token")!), Seed.Alice.Email),
            (idToken.GetPayloadValue<string>(RequestId), idToken.GetPayloadValue<string>("at_hash"), idToken.GetClaim("email").Value));
        Assert.True((await fixture.App("sealed").UserInfoAsync(call.Text("access_token")!)).IsOk);
    }

    [Fact]
    public async Task A_client_is_pinged_once_the_person_has_decided_and_then_asks()
    {
        var before = fixture.Of("pinged").Count;
        var asked = await fixture.AskAsync("pinged", Seed.Alice.Email, ("scope", "openid email"));
        Assert.Equal(5, asked.Json.GetProperty("interval").GetInt32());
        Assert.Equal("authorization_pending", (await fixture.App("pinged").PollPersonAsync(IdOf(asked))).Error);
        await AssertSecretsAsync(asked, isStored: true);
        await fixture.DecideAsync(Seed.Alice);
        var call = (await fixture.ReceivedAsync("pinged", before + 1))[before];
        Assert.Equal(("Bearer " + CibaHost.Bearer, "application/json"), (call.Authorization, call.ContentType));
        Assert.Equal(IdOf(asked), call.Text("auth_req_id"));
        // Nothing but the news: no token, nothing about the person.
        Assert.Single(call.Body);
        await AssertSecretsAsync(asked, isStored: false);
        var tokens = await fixture.App("pinged").PollPersonAsync(IdOf(asked));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal(Seed.Alice.Email, tokens.IdToken.GetClaim("email").Value);
        Assert.Equal(before + 1, fixture.Of("pinged").Count);
    }

    [Fact]
    public async Task A_client_is_pinged_about_a_refusal_too()
    {
        var before = fixture.Of("pinged").Count;
        var asked = await fixture.AskAsync("pinged", Seed.Bob.Email);
        await fixture.DecideAsync(Seed.Bob, allow: false);
        Assert.Equal(IdOf(asked), (await fixture.ReceivedAsync("pinged", before + 1))[before].Text("auth_req_id"));
        Assert.Equal("access_denied", (await fixture.App("pinged").PollPersonAsync(IdOf(asked))).Error);
    }

    [Fact]
    public async Task A_client_is_sent_its_tokens_which_the_id_token_binds_to_the_request()
    {
        var before = fixture.Of("pushed").Count;
        var asked = await fixture.AskAsync("pushed", Seed.Alice.Email, ("scope", "openid email offline_access"));
        Assert.False(asked.Json.TryGetProperty("interval", out _));
        await fixture.DecideAsync(Seed.Alice);
        var call = (await fixture.ReceivedAsync("pushed", before + 1))[before];
        Assert.Equal("Bearer " + CibaHost.Bearer, call.Authorization);
        Assert.Equal((IdOf(asked), "Bearer"), (call.Text("auth_req_id"), call.Text("token_type")));
        var idToken = new JsonWebToken(call.Text("id_token"));
        Assert.Equal(IdOf(asked), idToken.GetPayloadValue<string>(RequestId));
        Assert.Equal(HalfHash(call.Text("refresh_token")!), idToken.GetPayloadValue<string>(RefreshHash));
        Assert.Equal(HalfHash(call.Text("access_token")!), idToken.GetPayloadValue<string>("at_hash"));
        var app = fixture.App("pushed");
        Assert.True((await app.UserInfoAsync(call.Text("access_token")!)).IsOk);
        Assert.True((await app.RefreshAsync(call.Text("refresh_token")!)).IsOk);
        await AssertSecretsAsync(asked, isStored: false);
        Assert.Equal(before + 1, fixture.Of("pushed").Count);
    }

    /// <summary>Section 12.</summary>
    [Fact]
    public async Task A_client_in_push_mode_is_sent_a_refusal()
    {
        var before = fixture.Of("pushed").Count;
        var asked = await fixture.AskAsync("pushed", Seed.Bob.Email);
        await fixture.DecideAsync(Seed.Bob, allow: false);
        var call = (await fixture.ReceivedAsync("pushed", before + 1))[before];
        Assert.Equal((IdOf(asked), "access_denied"), (call.Text("auth_req_id"), call.Text("error")));
        Assert.Null(call.Text("access_token"));
    }

    /// <summary>Section 11.</summary>
    [Fact]
    public async Task A_client_in_push_mode_asks_in_vain()
    {
        var asked = await fixture.AskAsync("pushed", Seed.Carol.Email);
        Assert.Equal("unauthorized_client", (await fixture.App("pushed").PollPersonAsync(IdOf(asked))).Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("umlaut-\u00e4")]
    [InlineData("a=b")]
    [InlineData("line\r\nX-Injected: 1")]
    [InlineData("long")]
    public async Task A_client_that_is_called_back_sends_a_bearer_token_for_it(string? token)
    {
        var value = token == "long" ? new string('x', 1025) : token;
        foreach (var client in new[] { "pinged", "pushed" })
        {
            var answer = await fixture.App(client).AskForPersonAsync(Seed.Carol.Email, ("client_notification_token", value));
            Assert.Equal("invalid_request", answer.Error);
        }

        Assert.True((await fixture.App("pinged").AskForPersonAsync(
            "nobody@example.test", ("client_notification_token", new string('x', 1024)))).IsOk);
    }

    [Fact]
    public async Task A_client_that_fails_is_tried_again_with_the_same_session()
    {
        var (before, failures) = (fixture.Of("pushed").Count, 0);
        fixture.Answers["pushed"] = () => failures++ < 2 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        var asked = await fixture.AskAsync("pushed", Seed.Alice.Email, ("scope", "openid offline_access"), ("requested_expiry", "600"));
        await fixture.DecideAsync(Seed.Alice);
        var calls = (await fixture.ReceivedAsync("pushed", before + 3, TimeSpan.FromSeconds(2))).Skip(before).ToList();
        fixture.Answers.Clear();
        Assert.Single(calls.Select(c => c.Text("refresh_token")).Distinct());
        Assert.Single(calls.Select(c => new JsonWebToken(c.Text("id_token")).GetPayloadValue<string>("sid")).Distinct());
        await AssertSecretsAsync(asked, isStored: false);
        Assert.True((await fixture.App("pushed").RefreshAsync(calls[0].Text("refresh_token")!)).IsOk);
    }

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized)]
    [InlineData(StatusCodes.Status403Forbidden)]
    [InlineData(StatusCodes.Status302Found)]
    public async Task A_client_that_refuses_or_sends_elsewhere_is_not_called_again(int status)
    {
        var before = fixture.Of("pinged").Count;
        fixture.Answers["pinged"] = () => status;
        var asked = await fixture.AskAsync("pinged", Seed.Alice.Email);
        await fixture.DecideAsync(Seed.Alice);
        await fixture.ReceivedAsync("pinged", before + 1);
        await AssertSecretsAsync(asked, isStored: false);
        fixture.Answers.Clear();
        for (var i = 0; i < 20; i++) fixture.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(before + 1, fixture.Of("pinged").Count);
        Assert.Empty(fixture.Of("elsewhere"));
        // What it was not told of it may ask for all the same.
        Assert.True((await fixture.App("pinged").PollPersonAsync(IdOf(asked))).IsOk);
    }

    [Fact]
    public async Task An_address_inside_is_not_called()
    {
        var asked = await fixture.AskAsync("inside", Seed.Alice.Email);
        await fixture.DecideAsync(Seed.Alice);
        await AssertSecretsAsync(asked, isStored: false);
        Assert.Empty(fixture.Of("inside"));
    }

    [Fact]
    public async Task A_person_who_has_signed_out_at_once_has_a_failed_transaction_pushed()
    {
        var before = fixture.Of("pushed").Count;
        fixture.Answers["pushed"] = () => StatusCodes.Status503ServiceUnavailable;
        await fixture.AskAsync("pushed", Seed.Alice.Email);
        var browser = await fixture.SignedInAsync(Seed.Alice);
        await browser.SubmitAsync(await CibaHost.OpenRequestAsync(browser), "/approve/decision", ("decision", "allow"));
        await fixture.ReceivedAsync("pushed", before + 1);
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        fixture.Answers.Clear();
        var calls = await fixture.ReceivedAsync("pushed", before + 2, TimeSpan.FromSeconds(2));
        Assert.Equal("transaction_failed", calls[^1].Text("error"));
    }

    // It fails where there is nothing to change.
    private static string With(string? text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text!.Replace(from, to, StringComparison.Ordinal);
    }

    private static string IdOf(TokenAnswer asked) => asked.Text("auth_req_id") ?? throw new InvalidOperationException(asked.Body);

    // What the client gave for the call is sealed, and gone once it has been called.
    private async Task AssertSecretsAsync(TokenAnswer asked, bool isStored, TimeSpan? step = null)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(IdOf(asked))));
        await fixture.UntilAsync($"its secrets are stored: {isStored}", async () =>
        {
            var row = await fixture.Host.WithDatabaseAsync(
                db => db.PendingAuthorizations.AsNoTracking().SingleAsync(p => p.SecretHash == hash));
            Assert.DoesNotContain(CibaHost.Bearer, row.Request, StringComparison.Ordinal);
            Assert.DoesNotContain(IdOf(asked), row.Request, StringComparison.Ordinal);
            var waits = await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.AnyAsync(n => n.SessionId == row.Id));
            return row.Request.Contains("\"Sealed\"", StringComparison.Ordinal) == isStored && (isStored || !waits);
        }, step);
    }

    private static string HalfHash(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)).AsSpan(0, 16));
}

public sealed class CibaCallbackOnSqliteTests(CibaOnSqlite fixture) : CibaCallbackTests(fixture), IClassFixture<CibaOnSqlite>;

public sealed class CibaCallbackOnPostgresTests(CibaOnPostgres fixture) : CibaCallbackTests(fixture), IClassFixture<CibaOnPostgres>;
