using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Attacks;
using AuthServer.Keys;
using AuthServer.Sessions;
using AuthServer.UnitTests.Fuzzing;
using AuthServer.UnitTests.Keys;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.UnitTests.Sessions;

/// <summary>RFC 9068 section 4 and RFC 8725: what is taken for an access token, by each of its parts.</summary>
public sealed class AccessTokenReaderTests : IAsyncLifetime
{
    private TestRing _ring = null!;
    private AccessTokenReader _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _ring = await TestRing.CreateAsync();
        _reader = new(_ring.Ring, _ring.Issuer, _ring.Time);
    }

    public ValueTask DisposeAsync() => _ring.DisposeAsync();

    [Fact]
    public void The_claims_are_read_as_they_were_written()
    {
        var token = _reader.ReadBearer(Token())!;
        Assert.Equal(("subject", "client", "openid notes:read", "id"), (token.Subject, token.ClientId, token.ScopeText, token.Id));
        Assert.Equal(["https://api.example.test"], token.Audiences);
        Assert.True(token.HasScope("notes:read"));
        Assert.False(token.HasScope("notes"));
        Assert.False(token.HasScope(""));
        Assert.Null(token.SessionId);
        Assert.Null(token.Confirmation);
        Assert.Equal(["a", "b"], _reader.ReadBearer(Token(c => c["aud"] = new JsonArray("a", "b")))!.Audiences);
    }

    [Fact]
    public void It_is_good_until_the_second_of_its_expiry_also_when_it_has_been_seen_before()
    {
        var text = Token();
        Assert.NotNull(_reader.ReadBearer(text));
        _ring.Time.Advance(TimeSpan.FromSeconds(899));
        Assert.NotNull(_reader.ReadBearer(text));
        _ring.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_reader.ReadBearer(text));
        Assert.Null(_reader.ReadAny(text));
    }

    [Fact]
    public void A_bound_token_can_be_told_about_and_is_no_bearer_token()
    {
        var text = Token(c => c["cnf"] = new JsonObject { ["jkt"] = "thumbprint" });
        Assert.Null(_reader.ReadBearer(text));
        Assert.True(_reader.ReadAny(text)!.Confirmation!.IsDPoP);
        // And not because of what the memory says, either.
        Assert.Null(_reader.ReadBearer(text));
    }

    [Fact]
    public async Task A_token_that_has_been_seen_is_forgotten_with_its_key()
    {
        var text = Token();
        Assert.NotNull(_reader.ReadBearer(text));
        var kid = _ring.Ring.Current.Signer(RingKeys.Es256).Kid;
        await _ring.AddAsync(RingKeys.Es256, TimeSpan.Zero);
        Assert.NotNull(_reader.ReadBearer(text));
        await _ring.RemoveAsync(kid);
        Assert.Null(_reader.ReadBearer(text));
    }

    [Fact]
    public async Task A_token_that_never_expires_dies_with_the_retention_of_its_key()
    {
        var text = Token(c => c["exp"] = long.MaxValue / 2);
        await _ring.AddAsync(RingKeys.Es256, TimeSpan.Zero);
        await _ring.AdvanceAsync(KeyLife.Retention(RingKeys.Es256) - TimeSpan.FromSeconds(1));
        Assert.NotNull(_reader.ReadBearer(text));
        await _ring.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Null(_reader.ReadBearer(text));
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("application/at+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("")]
    public void Another_type_is_another_kind_of_token(string type) =>
        Assert.Null(_reader.ReadBearer(_ring.Ring.Current.Signer(RingKeys.Es256).Sign(type, Payload(_ => { }))));

    /// <summary>
    /// RFC 9068 section 4: a client may ask for RS256 access tokens, whose key signs ID tokens too; the typ tells them apart.
    /// </summary>
    [Fact]
    public void An_id_token_is_refused_though_its_key_signs_access_tokens_too()
    {
        var key = _ring.Ring.Current.Signer(RingKeys.Rs256);
        Assert.Null(_reader.ReadBearer(key.Sign("JWT", Payload(_ => { }))));
        Assert.NotNull(_reader.ReadBearer(key.Sign(AccessTokenReader.Type, Payload(_ => { }))));
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"typ":"at+jwt","kid":"KID","alg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","kid":"KID","typ":"at+jwt","jku":"https://evil.example.test"}""")]
    [InlineData("""{"alg":"ES256", "kid":"KID","typ":"at+jwt"}""")]
    public void Nothing_in_the_header_is_the_caller_s_to_choose(string header)
    {
        var (kid, parts) = (_ring.Ring.Current.Signer(RingKeys.Es256).Kid, Token().Split('.'));
        var other = Base64UrlEncoder.Encode(header.Replace("KID", kid, StringComparison.Ordinal));
        Assert.Null(_reader.ReadBearer($"{other}.{parts[1]}.{parts[2]}"));
        Assert.Null(_reader.ReadBearer($"{other}.{parts[1]}."));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("\0.\0.\0")]
    public void Text_without_the_form_of_a_token_is_refused(string text) => Assert.Null(_reader.ReadAny(text));

    [Fact]
    public void Every_part_can_be_missing_or_doubled()
    {
        var parts = Token().Split('.');
        foreach (var text in new[]
        {
            $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", $".{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}", $"{parts[0]}.",
            parts[0],
            $"{parts[0]}.{parts[1]}.{parts[2]}.", $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}", $".{parts[0]}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{parts[2]} ", $"{parts[0]}.{parts[1]} .{parts[2]}", $"{parts[0]}.{parts[1]}.{parts[2]}=",
            new string('a', 9_000), $"{parts[0]}.{new string('a', 9_000)}.{parts[2]}",
        })
        {
            Assert.Null(_reader.ReadAny(text));
        }
    }

    [Theory]
    [InlineData("iss", "\"https://elsewhere.example.test\"")]
    [InlineData("iss", "null")]
    [InlineData("iss", "7")]
    [InlineData("sub", "null")]
    [InlineData("sub", "7")]
    [InlineData("aud", "[]")]
    [InlineData("aud", "[null]")]
    [InlineData("aud", "7")]
    [InlineData("exp", "\"soon\"")]
    [InlineData("exp", "1e999")]
    [InlineData("exp", "1.5")]
    [InlineData("iat", "null")]
    [InlineData("sid", "\"not-a-guid\"")]
    [InlineData("client_id", "{}")]
    [InlineData("scope", "[]")]
    [InlineData("jti", "null")]
    [InlineData("auth_time", "\"x\"")]
    public void A_signed_claim_of_another_form_is_refused(string claim, string value) =>
        Assert.Null(
            _reader.ReadAny(
                Sign(Encoding.UTF8.GetString(Payload(c => c[claim] = "PLACE")).Replace("\"PLACE\"", value, StringComparison.Ordinal))));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("\u00ff")]
    public void A_signed_payload_that_is_no_object_is_refused(string payload) => Assert.Null(_reader.ReadAny(Sign(payload)));

    [Fact]
    public void No_change_of_a_token_is_accepted_and_none_is_thrown_at()
    {
        var good = Token();
        var signed = good[..good.LastIndexOf('.')];
        Fuzz.Run([0, 1, 2, 3, 4, 5, 6, 7], dice =>
        {
            var text = Change(dice, good);
            // The last letter of a signature has bits that mean nothing (RFC 4648 section 3.5).
            if (_reader.ReadAny(text) is not null) Assert.Equal(signed, text[..text.LastIndexOf('.')]);
        });
    }

    private static string Change(Dice dice, string text)
    {
        var changed = new StringBuilder(text);
        for (var n = dice.Below(3) + 1; n > 0; n--)
        {
            var at = dice.Below(Math.Max(1, changed.Length));
            if (changed.Length == 0 || dice.Percent(30))
            {
                changed.Insert(
                    Math.Min(at, changed.Length), dice.Of(
                        ".", "..", "=", " ", "\0", "\n", "\u00ff", "\ud800", "A", "-", "_", "%2E", dice.Word(dice.Below(40))));
            }
            else if (dice.Percent(40)) changed.Remove(at, Math.Min(dice.Of(1, 1, 2, 50, 10_000), changed.Length - at));
            else changed[at] = dice.Of('.', 'A', 'B', 'z', '_', '/', '+', ' ', '\u0100', (char)dice.Below(65_536));
        }

        return changed.ToString();
    }

    private string Sign(string payload) =>
        _ring.Ring.Current.Signer(RingKeys.Es256).Sign(AccessTokenReader.Type, Encoding.UTF8.GetBytes(payload));

    private string Token(Action<JsonObject>? change = null) =>
        _ring.Ring.Current.Signer(RingKeys.Es256).Sign(AccessTokenReader.Type, Payload(change ?? (_ => { })));

    private byte[] Payload(Action<JsonObject> change)
    {
        var now = _ring.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = _ring.Issuer.IssuerText,
            ["exp"] = now + 900,
            ["iat"] = now,
            ["aud"] = "https://api.example.test",
            ["scope"] = "openid notes:read",
            ["jti"] = "id",
            ["sub"] = "subject",
            ["client_id"] = "client",
        };
        change(claims);
        return JsonSerializer.SerializeToUtf8Bytes(claims);
    }
}
