using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.DPoP;

/// <summary>RFC 9449 sections 4.3 and 11: every check of a proof, by one that fails nothing else.</summary>
public abstract class ProofTests(HostFixture fixture)
{
    public static readonly TheoryData<string> WrongHeaders =
        ["typ", "typ JWT", "alg none", "alg HS256", "alg ES512", "alg RS256", "crit", "no jwk", "jwk text", "private", "symmetric",
            "other jwk", "curve", "padding"];

    public static readonly TheoryData<string> WrongClaims =
        ["no jti", "empty jti", "jti number", "long jti", "no htm", "htm GET", "htm post", "no htu", "htu host", "htu path", "htu case",
            "htu port", "htu scheme", "htu relative", "htu user", "no iat", "iat text", "iat old", "iat ahead"];

    public static readonly TheoryData<string> RightAddresses =
        ["{0}/connect/token", "{0}/connect/token?x=y", "{0}/connect/token#f", "HTTPS://AUTH.example.TEST/connect/token",
            "https://auth.example.test:443/connect/token", "{0}/connect/../connect/token", "{0}/connect/%74oken"];

    private Issuer Issuer => fixture.Host.Issuer;

    private string Address => Issuer.Text + "/connect/token";

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task A_proof_with_a_wrong_header_is_refused(string what)
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        await AssertRefusedAsync(key.Prove("POST", Address, header: header =>
        {
            var jwk = header["jwk"]!.AsObject();
            switch (what)
            {
                case "typ": header.Remove("typ"); break;
                case "crit": (header["crit"], header["x"]) = (new JsonArray("x"), 1); break;
                case "no jwk": header.Remove("jwk"); break;
                case "jwk text": header["jwk"] = jwk.ToJsonString(); break;
                case "private": jwk["d"] = jwk["x"]!.DeepClone(); break;
                case "symmetric": header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0" }; break;
                case "other jwk": header["jwk"] = other.PublicKey; break;
                case "curve": jwk["crv"] = "P-384"; break;
                // The same number, and another thumbprint.
                case "padding": jwk["x"] = Repadded(jwk["x"]!.GetValue<string>()); break;
                default: header[what.Split(' ')[0]] = what.Split(' ')[1]; break;
            }
        }));
    }

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task A_proof_with_a_wrong_claim_is_refused(string what)
    {
        using var key = new ProofKey(fixture.Time);
        await AssertRefusedAsync(key.Prove("POST", Address, claims: claims =>
        {
            var name = what.Split(' ')[^1];
            var now = claims["iat"]!.GetValue<long>();
            if (what.StartsWith("no ", StringComparison.Ordinal)) claims.Remove(name);
            else if (what == "empty jti") claims["jti"] = "";
            else if (what == "jti number") claims["jti"] = 1;
            else if (what == "long jti") claims["jti"] = new string('x', 257);
            else if (what.StartsWith("htm", StringComparison.Ordinal)) claims["htm"] = name;
            else if (what.StartsWith("iat", StringComparison.Ordinal)) claims["iat"] = name switch
            {
                "old" => now - 91,
                "ahead" => now + 31,
                _ => now.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            else claims["htu"] = name switch
            {
                "host" => "https://auth.example.org/connect/token",
                "path" => Issuer.Text + "/connect/token/",
                "case" => Issuer.Text + "/connect/Token",
                "port" => "https://auth.example.test:8443/connect/token",
                "scheme" => "http://auth.example.test/connect/token",
                "user" => "https://x@auth.example.test/connect/token",
                _ => "/connect/token",
            };
        }));
    }

    [Theory]
    [MemberData(nameof(RightAddresses))]
    public async Task The_address_is_compared_as_RFC_3986_normalises_it(string address)
    {
        using var key = new ProofKey(fixture.Time);
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, Issuer.Text);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(key.Prove("POST", text))).Status);
    }

    [Theory]
    [InlineData(-89)]
    [InlineData(29)]
    public async Task A_clock_may_differ_a_little(int seconds)
    {
        using var key = new ProofKey(fixture.Time);
        var proof = key.Prove("POST", Address, claims: claims => claims["iat"] = claims["iat"]!.GetValue<long>() + seconds);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(proof)).Status);
    }

    [Fact]
    public async Task A_request_has_one_proof()
    {
        using var key = new ProofKey(fixture.Time);
        await AssertRefusedAsync();
        await AssertRefusedAsync(key.Prove("POST", Address), key.Prove("POST", Address));
        await AssertRefusedAsync(key.Prove("POST", Address) + ", " + key.Prove("POST", Address));
        foreach (var text in new[] { "x", "a.b", "e30.e30.", "..", "e30.e30.x", key.Prove("POST", Address) + "." })
        {
            await AssertRefusedAsync(text);
        }
    }

    [Fact]
    public async Task A_changed_signature_or_payload_is_refused()
    {
        using var key = new ProofKey(fixture.Time);
        var (first, second) = (key.Prove("POST", Address).Split('.'), key.Prove("POST", Address).Split('.'));
        await AssertRefusedAsync($"{first[0]}.{second[1]}.{first[2]}");
        await AssertRefusedAsync($"{first[0]}.{first[1]}.{second[2]}");
        await AssertRefusedAsync($"{first[0]}.{first[1]}.");
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4608)]
    public async Task An_RSA_key_of_another_size_is_refused(int bits)
    {
        using var key = new ProofKey(fixture.Time, "PS256", bits);
        await AssertRefusedAsync(key.Prove("POST", Address));
    }

    [Fact]
    public async Task A_proof_counts_once_and_of_eight_at_once_one()
    {
        using var key = new ProofKey(fixture.Time);
        var proof = key.Prove("POST", Address);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(proof)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("invalid_dpop_proof", a.Error));
        // The same jti of another key is another proof.
        using var other = new ProofKey(fixture.Time);
        var id = Guid.CreateVersion7().ToString();
        Assert.True((await SendAsync(key.Prove("POST", Address, claims: c => c["jti"] = id))).IsOk);
        Assert.True((await SendAsync(other.Prove("POST", Address, claims: c => c["jti"] = id))).IsOk);
    }

    /// <summary>RFC 9449 section 10.1: a pushed request may have a proof, which then is checked as at the token endpoint.</summary>
    [Fact]
    public async Task At_the_pushed_request_a_proof_counts_once_and_is_of_that_endpoint()
    {
        using var key = new ProofKey(fixture.Time);
        var proof = key.Prove("POST", Issuer.Text + "/connect/par");
        Assert.Equal(HttpStatusCode.Created, (await PushAsync(proof)).Status);
        foreach (var wrong in new[] { proof, key.Prove("POST", Address), key.Prove("GET", Issuer.Text + "/connect/par"), "x" })
        {
            var answer = await PushAsync(wrong);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (answer.Status, answer.Error));
        }
    }

    /// <summary>RFC 8017 section 3.1: with e = 1 every message is its own signature, so anybody signs.</summary>
    [Fact]
    public async Task An_RSA_key_with_an_exponent_that_signs_nothing_is_refused()
    {
        using var key = new ProofKey(fixture.Time, "RS256");
        var proof = key.Prove("POST", Address, header: header => header["jwk"]!["e"] = "AQ").Split('.');
        // RSASSA-PKCS1-v1_5 of 2048 bits, unsigned.
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes($"{proof[0]}.{proof[1]}"));
        byte[] padded =
        [
            0, 1, .. Enumerable.Repeat((byte)0xff, 202), 0, .. Convert.FromHexString("3031300d060960864801650304020105000420"), .. digest,
        ];
        await AssertRefusedAsync($"{proof[0]}.{proof[1]}.{Base64Url.EncodeToString(padded)}");
    }

    [Fact]
    public async Task A_proof_of_one_endpoint_or_token_is_none_of_another()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Web(Issuer) with { Key = key };
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"));
        var second = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"));
        var address = Issuer.Text + "/connect/userinfo";
        string[] wrong =
        [
            key.Prove("GET", address), key.Prove("GET", address, second.AccessToken), key.Prove("POST", address, tokens.AccessToken),
            key.Prove("GET", Address, tokens.AccessToken), "",
        ];
        foreach (var proof in wrong) Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(tokens.AccessToken, proof));
        var right = key.Prove("GET", address, tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, await UserInfoAsync(tokens.AccessToken, right));
        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(tokens.AccessToken, right));
    }

    private async Task<HttpStatusCode> UserInfoAsync(string accessToken, string proof)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("DPoP", accessToken);
        if (proof.Length > 0) request.Headers.Add("DPoP", proof);
        using var answer = await Issuer.Http.SendAsync(request);
        return answer.StatusCode;
    }

    // The last character of 32 bytes carries two bits that no byte needs.
    private static string Repadded(string text)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return text[..^1] + Letters[Letters.IndexOf(text[^1], StringComparison.Ordinal) + 1];
    }

    private async Task AssertRefusedAsync(params string[] proofs)
    {
        var answer = await SendAsync(proofs.Length == 0 ? ["x"] : proofs);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (answer.Status, answer.Error));
    }

    private async Task<TokenAnswer> PushAsync(string proof)
    {
        var app = Seed.Spa(Issuer);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/par")
        {
            Content = new FormUrlEncodedContent(
            [
                new("client_id", app.ClientId), new("response_type", "code"), new("redirect_uri", app.RedirectUri), new("scope", "openid"),
                new("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), new("code_challenge_method", "S256"),
            ]),
        };
        request.Headers.Add("DPoP", proof);
        return await TokenAnswer.ReadAsync(await Issuer.Http.SendAsync(request));
    }

    private async Task<TokenAnswer> SendAsync(params string[] proofs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "notes:read")]),
        };
        var app = Seed.Machine(Issuer);
        request.Headers.Authorization =
            new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{app.ClientId}:{app.Secret}")));
        foreach (var proof in proofs) Assert.True(request.Headers.TryAddWithoutValidation("DPoP", proof));
        return await TokenAnswer.ReadAsync(await Issuer.Http.SendAsync(request));
    }
}

public sealed class ProofOnSqliteTests(SqliteHost fixture) : ProofTests(fixture), IClassFixture<SqliteHost>;

public sealed class ProofOnPostgresTests(PostgresHost fixture) : ProofTests(fixture), IClassFixture<PostgresHost>;
