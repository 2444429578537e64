using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Keys;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using AuthServer.UnitTests.Keys;

namespace AuthServer.UnitTests.Protocol;

/// <summary>Access tokens by RFC 9068 section 2, ID tokens by OpenID Connect Core 2 and 3.1.3.6.</summary>
public sealed class TokenWriterTests : IAsyncLifetime
{
    private const string Session = "0199c3a5-7f31-7c52-9a4e-1f6b2d83c901";

    private static readonly TokenContent Content = new(
        "0199c3a5-7f31-7c52-9a4e-1f6b2d83c902", "web", ["openid", "notes:read"], ["https://api.example.test"])
    {
        SessionId = Session,
        AuthTime = 1_764_000_000,
        Acr = "urn:authplatform:pwd",
        Amr = ["pwd"],
        Nonce = "n-0S6_WzA2Mj",
    };

    private TestRing _ring = null!;
    private TokenWriter _writer = null!;

    public async ValueTask InitializeAsync()
    {
        _ring = await TestRing.CreateAsync();
        _writer = new(_ring.Ring, _ring.Issuer, new(), _ring.Time);
    }

    public ValueTask DisposeAsync() => _ring.DisposeAsync();

    [Fact]
    public void An_access_token_carries_what_the_profile_requires()
    {
        var (header, claims) = Read(_writer.AccessToken(Content));
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Equal(_ring.Ring.Current.Signer(RingKeys.Es256).Kid, header.GetProperty("kid").GetString());
        // RFC 9068 section 2.2, the required ones first.
        var now = _ring.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal("https://id.example.test", claims.GetProperty("iss").GetString());
        Assert.Equal(now + 900, claims.GetProperty("exp").GetInt64());
        Assert.Equal("https://api.example.test", claims.GetProperty("aud").GetString());
        Assert.Equal(Content.Subject, claims.GetProperty("sub").GetString());
        Assert.Equal("web", claims.GetProperty("client_id").GetString());
        Assert.Equal(now, claims.GetProperty("iat").GetInt64());
        Assert.True(Guid.TryParse(claims.GetProperty("jti").GetString(), out _));
        Assert.Equal(Content.AuthTime, claims.GetProperty("auth_time").GetInt64());
        Assert.Equal(Content.Acr, claims.GetProperty("acr").GetString());
        Assert.Equal("openid notes:read", claims.GetProperty("scope").GetString());
        Assert.Equal(Session, claims.GetProperty("sid").GetString());
        Assert.Equal(11, claims.EnumerateObject().Count());
    }

    [Fact]
    public void A_token_of_a_client_alone_names_no_session()
    {
        var (_, claims) = Read(_writer.AccessToken(new("machine", "machine", ["notes:read"], ["https://api.example.test"])));
        Assert.Equal(
            ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"], claims.EnumerateObject().Select(c => c.Name).Order());
    }

    /// <summary>RFC 9068 section 2.1 asks for RS256 among what is supported.</summary>
    [Fact]
    public void An_access_token_is_signed_as_its_content_says_and_read_back()
    {
        var text = _writer.AccessToken(Content with { AccessTokenAlgorithm = RingKeys.Rs256 });
        Assert.Equal(
            ("RS256", "at+jwt"), (Read(text).Header.GetProperty("alg").GetString(), Read(text).Header.GetProperty("typ").GetString()));
        Assert.NotNull(new AccessTokenReader(_ring.Ring, _ring.Issuer, _ring.Time).ReadBearer(text));
    }

    [Fact]
    public void Several_audiences_are_a_list()
    {
        var (_, claims) = Read(_writer.AccessToken(Content with { Audience = ["https://a.example.test", "https://b.example.test"] }));
        Assert.Equal(
            ["https://a.example.test", "https://b.example.test"], claims.GetProperty("aud").EnumerateArray().Select(a => a.GetString()));
    }

    [Fact]
    public void No_two_tokens_are_the_same() => Assert.NotEqual(_writer.AccessToken(Content), _writer.AccessToken(Content));

    [Fact]
    public void What_is_written_is_what_the_reader_reads()
    {
        var token = new AccessTokenReader(_ring.Ring, _ring.Issuer, _ring.Time).ReadBearer(_writer.AccessToken(Content))!;
        Assert.Equal(
            (Content.Subject, Guid.Parse(Session), "web", "openid notes:read"),
                (token.Subject, token.SessionId, token.ClientId, token.ScopeText));
        Assert.Equal(Content.Audience, token.Audiences);
        Assert.Equal((Content.AuthTime, Content.Acr, 900L), (token.AuthTime, token.Acr, token.ExpiresAt - token.IssuedAt));
    }

    [Theory]
    [InlineData(RingKeys.Es256)]
    [InlineData(RingKeys.Rs256)]
    public void An_id_token_is_for_the_client_alone_and_signed_as_it_asked(string algorithm)
    {
        var text = _writer.IdToken(Content, Client(algorithm), "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        var (header, claims) = Read(text);
        Assert.Equal((algorithm, "JWT"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        Assert.Equal(("web", "web"), (claims.GetProperty("aud").GetString(), claims.GetProperty("azp").GetString()));
        Assert.Equal("n-0S6_WzA2Mj", claims.GetProperty("nonce").GetString());
        Assert.Equal(["pwd"], claims.GetProperty("amr").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(Session, claims.GetProperty("sid").GetString());
        // OpenID Connect Core appendix A.4.
        Assert.Equal("77QmUPtjPfzWtF2AnpK9RQ", claims.GetProperty("at_hash").GetString());
        var last = text.LastIndexOf('.');
        Assert.True(
            _ring.Ring.Current.Signer(algorithm)
                .Verifies(Encoding.ASCII.GetBytes(text[..last]), Base64Url.DecodeFromChars(text.AsSpan(last + 1))));
        Assert.Null(new AccessTokenReader(_ring.Ring, _ring.Issuer, _ring.Time).ReadAny(text));
    }

    [Fact]
    public void Claims_about_the_person_keep_their_json_whatever_they_say()
    {
        var requested = new JsonObject { ["name"] = "\"</script>\u2028\ud83d\ude00", ["email_verified"] = true,
            ["address"] = new JsonObject { ["country"] = "Österreich" }, ["nickname"] = null };
        var (_, claims) = Read(
            _writer.IdToken(Content with { PersonClaims = requested, Nonce = "\"\\\u0001" }, Client(RingKeys.Es256), "x"));
        Assert.True(JsonNode.DeepEquals(requested["name"], JsonNode.Parse(claims.GetProperty("name").GetRawText())));
        Assert.Equal("Österreich", claims.GetProperty("address").GetProperty("country").GetString());
        Assert.Equal(JsonValueKind.Null, claims.GetProperty("nickname").ValueKind);
        Assert.Equal("\"\\\u0001", claims.GetProperty("nonce").GetString());
    }

    [Fact]
    public async Task Tokens_that_are_written_at_once_do_not_mix()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 100; n++)
            {
                var subject = $"{i}-{n}-{new string('x', n * 20)}";
                Assert.Equal(subject, Read(_writer.AccessToken(Content with { Subject = subject })).Claims.GetProperty("sub").GetString());
            }
        })));
    }

    private static RegisteredClient Client(string algorithm) =>
        RegisteredClient.Of(new Data.Entities.Client { ClientId = "web" }) with { IdTokenSignedResponseAlg = algorithm };

    private static (JsonElement Header, JsonElement Claims) Read(string token)
    {
        var parts = token.Split('.');
        return (JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])), JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])));
    }
}
