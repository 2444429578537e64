using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.RateLimits;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 9101 and OpenID Connect Core 6: signed requests, in the address, by reference and pushed.</summary>
public abstract class RequestObjectTests(SigningClients fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    private ClientApp Free => fixture.App("free");

    private ClientApp Strict => fixture.App("strict");

    [Theory]
    [InlineData("oauth-authz-req+jwt")]
    [InlineData("JWT")]
    [InlineData(null)]
    public async Task A_signed_request_is_answered_as_its_object_says(string? typ)
    {
        var request = Free.NewRequest("openid");
        var answer = await AnswerAsync(request, Query("free", fixture.Sign("free", request, typ: typ)));
        Assert.Equal(request.State, answer.Parameters["state"]);
        Assert.True((await Free.RedeemCodeAsync(answer)).IsOk);
    }

    /// <summary>RFC 9101 section 6.3; OpenID Connect Core 6.1 repeats some parameters outside.</summary>
    [Fact]
    public async Task What_stands_beside_the_object_counts_for_nothing()
    {
        var request = Free.NewRequest("openid");
        var address = Query("free", fixture.Sign("free", request)) + "&response_type=code&scope=openid%20email&state=evil&nonce=evil"
            + "&redirect_uri=https%3A%2F%2Fevil.example.test&response_mode=fragment&prompt=login";
        var answer = await AnswerAsync(request, address);
        Assert.Equal(request.State, answer.Parameters["state"]);
        var tokens = await Free.RedeemCodeAsync(answer);
        Assert.Equal("openid", tokens.Text("scope"));
        Assert.Equal(request.Nonce, tokens.IdToken.GetClaim("nonce").Value);
    }

    [Fact]
    public async Task Numbers_lists_and_objects_are_what_they_would_be_in_an_address()
    {
        var request = Free.NewRequest("openid");
        var answer = await AnswerAsync(request, Query("free", fixture.Sign("free", request, claims =>
        {
            claims["max_age"] = 3600;
            claims["claims"] = JsonNode.Parse("""{"id_token":{"auth_time":{"essential":true}}}""");
            claims["resource"] = new JsonArray(Issuer.Text);
        })));
        Assert.True((await Free.RedeemCodeAsync(answer)).IsOk);
    }

    /// <summary>As libraries write the issuer that keep addresses as URL objects.</summary>
    [Fact]
    public async Task The_issuer_may_have_a_slash_behind_it()
    {
        var request = Free.NewRequest("openid");
        Assert.NotNull((await AnswerAsync(
            request, Query("free", fixture.Sign("free", request, claims => claims["aud"] = Issuer.Text + "/")))).Code);
    }

    private static readonly Dictionary<string, Action<JsonObject>> Changes = new()
    {
        ["another client"] = claims => claims["client_id"] = "strict",
        ["no client"] = claims => claims.Remove("client_id"),
        ["iss"] = claims => claims["iss"] = "strict",
        ["aud"] = claims => claims["aud"] = "https://other.example.test",
        ["aud of an endpoint"] = claims => claims["aud"] = "https://auth.example.test/connect/authorize",
        ["exp"] = claims => claims["exp"] = Now(-60),
        ["far exp"] = claims => claims["exp"] = Now(7200),
        ["text exp"] = claims => claims["exp"] = "soon",
        ["nbf"] = claims => claims["nbf"] = Now(600),
        ["iat"] = claims => claims["iat"] = Now(600),
        ["a client assertion"] = claims => claims["sub"] = "free",
        ["request inside"] = claims => claims["request"] = "x",
        ["request_uri inside"] = claims => claims["request_uri"] = "https://free.example.test/r",
        ["an object for a text"] = claims => claims["scope"] = new JsonArray("openid"),
    };

    public static TheoryData<string> Wrong => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_object_with_a_wrong_claim_is_refused(string what)
    {
        var request = Free.NewRequest("openid");
        var page = await (await SignedInAsync()).OpenAsync(Query("free", fixture.Sign("free", request, Changes[what])));
        Refused(page, "invalid_request_object");
        Assert.Equal("invalid_request_object", (await Free.PushObjectAsync(fixture.Sign("free", request, Changes[what]))).Error);
    }

    [Theory]
    [InlineData("client-authentication+jwt")]
    [InlineData("at+jwt")]
    [InlineData("logout+jwt")]
    public async Task An_object_of_another_type_is_refused(string typ) => Refused(
        await (await SignedInAsync()).OpenAsync(Query("free", fixture.Sign("free", Free.NewRequest("openid"), typ: typ))),
        "invalid_request_object");

    [Fact]
    public async Task Unsigned_objects_secrets_and_keys_of_others_are_refused()
    {
        var browser = await SignedInAsync();
        var good = fixture.Sign("free", Free.NewRequest("openid")).Split('.');
        var none = Base64UrlEncoder.Encode("""{"alg":"none"}""") + "." + good[1] + ".";
        var byPublicKey = new JsonWebTokenHandler().CreateToken(
            Base64UrlEncoder.Decode(good[1]),
            new SigningCredentials(new SymmetricSecurityKey(fixture.Key.ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha256));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var byAnother = fixture.Sign("free", Free.NewRequest("openid"), key: other);
        var critical = fixture.Sign("free", Free.NewRequest("openid"), isCritical: true);
        foreach (var wrong in new[]
            { none, byPublicKey, byAnother, critical, $"{good[0]}.{good[1]}.", $"{good[0]}.e30.{good[2]}", "x", "a.b.c.d.e" })
        {
            Refused(await browser.OpenAsync(Query("free", wrong)), "invalid_request_object");
        }
    }

    [Fact]
    public async Task An_object_with_a_jti_counts_once()
    {
        var request = Free.NewRequest("openid");
        var address = Query("free", fixture.Sign("free", request, claims => claims["jti"] = Guid.CreateVersion7().ToString()));
        Assert.NotNull((await AnswerAsync(request, address)).Code);
        Refused(await (await SignedInAsync()).OpenAsync(address), "invalid_request_object");
        // Without an end it would have to be remembered for ever.
        var endless = fixture.Sign("free", Free.NewRequest("openid"), claims =>
        {
            claims["jti"] = Guid.CreateVersion7().ToString();
            claims.Remove("exp");
        });
        Refused(await (await SignedInAsync()).OpenAsync(Query("free", endless)), "invalid_request_object");
    }

    /// <summary>RFC 9101 asks for no jti, so whoever has such an object can send it again: each time it is kept.</summary>
    [Fact]
    public async Task Of_an_object_that_comes_again_and_again_one_address_has_so_much_kept()
    {
        var elsewhere = new Issuer(Issuer.Address, Issuer.Connect);
        elsewhere.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8::7");
        var address = Query("free", fixture.Sign("free", Free.NewRequest("openid"), claims => claims["state"] = new string('s', 9000)));
        var kept = 0;
        while (kept < 100)
        {
            using var answer = await elsewhere.Http.GetAsync(address);
            if (answer.StatusCode == HttpStatusCode.SeeOther)
            {
                kept++;
                continue;
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            break;
        }

        // More than eight kilobytes: it counts as five.
        Assert.Equal(PushedRequestThrottle.MostInMinute / 5, kept);
        Assert.NotNull((await AnswerAsync(Free.NewRequest("openid"), address)).Code);
    }

    /// <summary>The sign-in reads the object once: the page comes back to the request that was kept.</summary>
    [Fact]
    public async Task A_sign_in_goes_on_with_the_object_that_was_read()
    {
        var request = Free.NewRequest("openid", [("login_hint", "alice@example.test")]);
        var address = Query("free", fixture.Sign("free", request, claims => claims["jti"] = Guid.CreateVersion7().ToString()));
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(address);
        Assert.Equal("alice@example.test", page.Document.QuerySelector("input[name=email]")!.GetAttribute("value"));
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.NotNull(AuthorizationAnswer.Read(request, back).Code);
    }

    [Fact]
    public async Task An_object_can_be_pushed_and_nothing_beside_it_counts()
    {
        var request = Free.NewRequest("openid");
        var pushed = await Free.PushObjectAsync(fixture.Sign("free", request), ("scope", "openid email"), ("state", "evil"));
        Assert.Equal(HttpStatusCode.Created, pushed.Status);
        var answer = await AnswerAsync(request, Named("free", pushed.Text("request_uri")!));
        Assert.Equal(request.State, answer.Parameters["state"]);
        Assert.Equal("openid", (await Free.RedeemCodeAsync(answer)).Text("scope"));
    }

    [Fact]
    public async Task A_client_that_must_sign_gets_no_answer_to_a_request_that_is_not_signed()
    {
        var browser = await SignedInAsync();
        Assert.Equal("invalid_request", (await browser.AuthorizeAsync(Strict)).Error);
        Assert.Equal("invalid_request", (await Strict.PushAsync(Strict.NewRequest("openid"))).Error);
        foreach (var missing in new[] { "iss", "aud", "exp", "nbf" })
        {
            var without = fixture.Sign("strict", Strict.NewRequest("openid"), claims => claims.Remove(missing));
            Refused(await browser.OpenAsync(Query("strict", without)), "invalid_request_object");
        }

        var request = Strict.NewRequest("openid");
        Assert.NotNull((await AnswerAsync(request, Query("strict", fixture.Sign("strict", request)))).Code);
    }

    /// <summary>request_object_signing_alg of OpenID Connect Dynamic Client Registration 2.</summary>
    [Fact]
    public async Task Where_an_algorithm_is_registered_no_other_one_counts() => Refused(
        await (await SignedInAsync()).OpenAsync(Query("rsa", fixture.Sign("rsa", fixture.App("rsa").NewRequest("openid")))),
        "invalid_request_object");

    /// <summary>RFC 9101 section 5.2; fetched once, however many pages follow.</summary>
    [Fact]
    public async Task An_object_at_a_registered_address_is_fetched_and_answered()
    {
        var request = Free.NewRequest("openid");
        fixture.Published = fixture.Sign("free", request);
        var (browser, asked) = (fixture.Host.NewBrowser(), fixture.Asked);
        var page = await browser.OpenAsync(Named("free", fixture.PublishedAt));
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.NotNull(AuthorizationAnswer.Read(request, back).Code);
        Assert.Equal(asked + 1, fixture.Asked);
        fixture.Published = fixture.Sign("strict", Strict.NewRequest("openid"));
        Refused(await browser.OpenAsync(Named("free", fixture.AlsoPublishedAt)), "invalid_request_object");
        // Of another client.
        Refused(await browser.OpenAsync(Named("strict", fixture.PublishedAt)), "invalid_request_uri");
        Assert.Equal(asked + 2, fixture.Asked);
    }

    [Fact]
    public async Task However_many_name_an_address_at_once_the_client_is_asked_once()
    {
        fixture.Published = null;
        var asked = fixture.Asked;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.Host.NewBrowser().OpenAsync(Named("free", fixture.CountedAt))));
        Assert.Equal(asked + 1, fixture.Asked);
    }

    [Theory]
    [InlineData("https://elsewhere.example.test/request.jwt")]
    [InlineData("https://free.example.test/request.jwt?x=1")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("file:///etc/passwd")]
    public async Task An_address_that_is_not_registered_is_never_asked(string address) => Refused(
        await (await SignedInAsync()).OpenAsync(Named("free", address)), "invalid_request_uri");

    /// <summary>RFC 9101 section 10.4: registering an address makes this server ask no host inside, and it follows nobody there.</summary>
    [Fact]
    public async Task A_registered_address_inside_and_one_that_sends_elsewhere_give_nothing()
    {
        fixture.Published = fixture.Sign("free", Free.NewRequest("openid"));
        var (browser, asked) = (await SignedInAsync(), fixture.Asked);
        Refused(await browser.OpenAsync(Named("free", SigningClients.InsideAt)), "invalid_request_uri");
        Refused(await browser.OpenAsync(Named("free", fixture.MovedAt)), "invalid_request_uri");
        Assert.Equal(asked + 1, fixture.Asked);
    }

    [Fact]
    public async Task Request_and_request_uri_exclude_each_other()
    {
        var address = Query("free", fixture.Sign("free", Free.NewRequest("openid"))) + "&request_uri=https%3A%2F%2Ffree.example.test%2Fr";
        Refused(await (await SignedInAsync()).OpenAsync(address), "invalid_request");
    }

    private static long Now(int later) => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + later;

    private string Query(string clientId, string text) => QueryHelpers.AddQueryString(
        Issuer.PathOf("/connect/authorize"), new Dictionary<string, string?> { ["client_id"] = clientId, ["request"] = text });

    private string Named(string clientId, string name) => QueryHelpers.AddQueryString(
        Issuer.PathOf("/connect/authorize"), new Dictionary<string, string?> { ["client_id"] = clientId, ["request_uri"] = name });

    private async Task<AuthorizationAnswer> AnswerAsync(AuthorizationRequest request, string address) =>
        AuthorizationAnswer.Read(request, await (await SignedInAsync()).OpenAsync(address));

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }

    private static void Refused(Page page, string error)
    {
        Assert.True(page.LeftTo is null && page.Body.Contains(error, StringComparison.Ordinal), page.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
    }
}

public sealed class RequestObjectsOnSqlite(SigningClients.OnSqlite fixture)
    : RequestObjectTests(fixture), IClassFixture<SigningClients.OnSqlite>;

public sealed class RequestObjectsOnPostgres(SigningClients.OnPostgres fixture)
    : RequestObjectTests(fixture), IClassFixture<SigningClients.OnPostgres>;
