using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.UnitTests.Clients;

/// <summary>What a registration may say of encryption (OpenID Connect Dynamic Client Registration 2, RFC 9701 section 6, JARM 3).</summary>
public sealed class EncryptionMetadataTests
{
    private static readonly JsonObject Ec = EcKey("P-256", ECCurve.NamedCurves.nistP256);

    private static readonly JsonObject Rsa = RsaKey();

    private static readonly string[] Answers = ["id_token", "userinfo", "introspection", "authorization"];

    [Fact]
    public void The_content_has_the_default_of_the_specification_where_the_key_algorithm_stands_alone()
    {
        foreach (var answer in Answers)
        {
            var (metadata, problems) = Read(Ec, (answer + "_encrypted_response_alg", "ECDH-ES"));
            Assert.Empty(problems);
            Assert.Equal(new EncryptedForm("ECDH-ES", "A128CBC-HS256"), Of(metadata, answer));
            (metadata, problems) = Read(
                Rsa, (answer + "_encrypted_response_alg", "RSA-OAEP-256"), (answer + "_encrypted_response_enc", "A256GCM"));
            Assert.Empty(problems);
            Assert.Equal(new EncryptedForm("RSA-OAEP-256", "A256GCM"), Of(metadata, answer));
        }
    }

    [Theory]
    [InlineData("RSA1_5", "RSA1_5 is not offered")]
    [InlineData("dir", "dir is not offered")]
    [InlineData("A128KW", "A128KW is not offered")]
    [InlineData("A256GCMKW", "A256GCMKW is not offered")]
    [InlineData("PBES2-HS256+A128KW", "is not offered")]
    [InlineData("none", "must be one of")]
    [InlineData("ecdh-es", "must be one of")]
    [InlineData("ECDH-ES+A192KW", "must be one of")]
    public void Another_key_algorithm_is_refused_by_name(string algorithm, string words)
    {
        foreach (var answer in Answers)
        {
            var problem = Assert.Single(Read(Rsa, (answer + "_encrypted_response_alg", algorithm)).Problems);
            Assert.Equal(answer + "_encrypted_response_alg", problem.Path);
            Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("A192GCM")]
    [InlineData("none")]
    [InlineData("A128CBC")]
    public void Another_content_algorithm_is_refused(string algorithm) => Assert.Equal(
        "id_token_encrypted_response_enc",
        Assert.Single(Read(
            Ec, ("id_token_encrypted_response_alg", "ECDH-ES"), ("id_token_encrypted_response_enc", algorithm)).Problems).Path);

    [Fact]
    public void A_content_algorithm_alone_is_refused() => Assert.Equal(
        "userinfo_encrypted_response_enc", Assert.Single(Read(Ec, ("userinfo_encrypted_response_enc", "A256GCM")).Problems).Path);

    [Fact]
    public void Keys_that_nothing_can_be_encrypted_to_are_refused()
    {
        // RFC 7748 section 6.1: everybody agrees with this point on the same secret.
        var lowOrder = new JsonObject { ["kty"] = "OKP", ["crv"] = "X25519", ["x"] = Base64Url.EncodeToString(new byte[32]) };
        foreach (var key in new[]
        {
            null, Rsa, With(Ec, "use", "sig"), With(Ec, "alg", "ES256"), With(Ec, "alg", "ECDH-ES+A256KW"),
            With(Ec, "key_ops", new JsonArray("verify")), With(Ec, "x", (string)Ec["y"]!), lowOrder,
        })
        {
            var problem = Assert.Single(Read(key, ("id_token_encrypted_response_alg", "ECDH-ES")).Problems);
            Assert.Equal("id_token_encrypted_response_alg", problem.Path);
            Assert.Contains(key is null ? "jwks" : "\"use\": \"enc\"", problem.Message, StringComparison.Ordinal);
        }

        Assert.Single(Read(Ec, ("id_token_encrypted_response_alg", "RSA-OAEP-256")).Problems);
        JsonObject[] usable = [Ec, With(Ec, "use", "enc"), With(Ec, "alg", "ECDH-ES"), With(Ec, "key_ops", new JsonArray("deriveKey"))];
        foreach (var key in usable)
        {
            Assert.Empty(Read(key, ("id_token_encrypted_response_alg", "ECDH-ES")).Problems);
        }
    }

    [Fact]
    public void A_key_for_encryption_goes_before_one_that_is_for_anything()
    {
        var keys = SetOf(With(Ec, "kid", "any"), With(With(Ec, "kid", "enc"), "use", "enc"));
        var header = Envelope.To(keys, new("ECDH-ES", "A256GCM"))!.Seal([1], isJwt: true).Split('.')[0];
        Assert.Equal("enc", JsonElement.Parse(Base64Url.DecodeFromChars(header)).GetProperty("kid").GetString());
    }

    /// <summary>A row that another SQL client wrote names what this version does not know.</summary>
    [Fact]
    public void Nothing_is_encrypted_by_an_algorithm_that_is_not_known()
    {
        var keys = SetOf(Ec, Rsa);
        Assert.Null(Envelope.To(keys, new("RSA1_5", "A256GCM")));
        Assert.Null(Envelope.To(keys, new("ECDH-ES+A192KW", "A256GCM")));
        Assert.Null(Envelope.To(keys, new("ECDH-ES", "A192GCM")));
    }

    /// <summary>RFC 3394 sections 4.1 and 4.6.</summary>
    [Theory]
    [InlineData("000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")]
    [InlineData(
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
        "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")]
    public void A_key_is_wrapped_as_the_standard_has_it(string wrapping, string key, string wrapped) => Assert.Equal(
        wrapped, Convert.ToHexString(KeyAgreement.Wrap(Convert.FromHexString(wrapping), Convert.FromHexString(key))));

    private static ClientKeySet SetOf(params JsonNode[] keys) => ClientKeySet.Of(JsonElement.Parse(
        new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) }.ToJsonString()))!;

    private static EncryptedForm? Of(ClientMetadata metadata, string answer) => answer switch
    {
        "id_token" => metadata.Tokens.Encryption.IdToken,
        "userinfo" => metadata.Tokens.Encryption.UserInfo,
        "introspection" => metadata.Tokens.Encryption.Introspection,
        _ => metadata.Tokens.Encryption.Response,
    };

    private static (ClientMetadata Metadata, List<MetadataProblem> Problems) Read(
        JsonObject? key, params (string Name, string Value)[] members)
    {
        var json = new JsonObject { ["redirect_uris"] = new JsonArray("https://a.example/cb") };
        if (key is not null) json["jwks"] = new JsonObject { ["keys"] = new JsonArray(key.DeepClone()) };
        foreach (var (name, value) in members) json[name] = value;
        var problems = new List<MetadataProblem>();
        return (ClientMetadataReader.Read(JsonElement.Parse(json.ToJsonString()), problems), problems);
    }

    private static JsonObject With(JsonObject key, string member, JsonNode value)
    {
        var changed = (JsonObject)key.DeepClone();
        changed[member] = value;
        return changed;
    }

    private static JsonObject EcKey(string name, ECCurve curve)
    {
        using var key = ECDiffieHellman.Create(curve);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC", ["crv"] = name, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private static JsonObject RsaKey()
    {
        using var key = RSA.Create(2048);
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent),
        };
    }
}
