using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Keys;
using AuthServer.UnitTests.Fuzzing;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.UnitTests.Keys;

/// <summary>RFC 7515 (JWS) with the keys and signatures of its appendices A.2 and A.3.</summary>
public sealed class SigningRingKeyTests
{
    private const string Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string Es256Signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private const string Rs256Signature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4" +
        "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv" +
        "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    [Fact]
    public void The_signature_of_appendix_A_3_verifies() => AssertVerifies(Es256(), "eyJhbGciOiJFUzI1NiJ9." + Payload, Es256Signature);

    [Fact]
    public void The_signature_of_appendix_A_2_verifies() => AssertVerifies(Rs256(), "eyJhbGciOiJSUzI1NiJ9." + Payload, Rs256Signature);

    [Theory]
    [InlineData(RingKeys.Es256)]
    [InlineData(RingKeys.Rs256)]
    public void No_signature_of_another_length_is_more_than_wrong(string algorithm)
    {
        var key = KeyOf(algorithm);
        var input = Encoding.ASCII.GetBytes("e30." + Payload);
        for (var length = 0; length < 600; length++) Assert.False(key.Verifies(input, new byte[length]));
    }

    [Theory]
    [InlineData(RingKeys.Es256)]
    [InlineData(RingKeys.Rs256)]
    public void A_signature_has_the_length_and_the_header_that_the_specification_names(string algorithm)
    {
        var key = KeyOf(algorithm);
        var parts = key.Sign("at+jwt", "{}"u8).Split('.');
        // RFC 9068 section 2.1: the type; RFC 7515 sections 4.1.1 and 4.1.4: algorithm and key.
        Assert.Equal(
            $$"""{"alg":"{{algorithm}}","kid":"the-key","typ":"at+jwt"}""",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        Assert.Equal("e30", parts[1]);
        Assert.Equal(algorithm == RingKeys.Es256 ? 64 : 256, Base64Url.DecodeFromChars(parts[2]).Length);
        Assert.True(key.Verifies(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])));
    }

    [Fact]
    public async Task One_key_signs_and_verifies_for_many_at_once()
    {
        var key = Es256();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 100; n++)
            {
                var token = key.Sign("at+jwt", JsonSerializer.SerializeToUtf8Bytes(new { i, n, text = new string('x', (i * 100) + n) }));
                var last = token.LastIndexOf('.');
                Assert.True(key.Verifies(Encoding.ASCII.GetBytes(token[..last]), Base64Url.DecodeFromChars(token.AsSpan(last + 1))));
            }
        })));
    }

    [Fact]
    public void Bytes_that_are_no_signature_are_refused_and_never_thrown_at()
    {
        var (key, input) = (Es256(), Encoding.ASCII.GetBytes("eyJhbGciOiJFUzI1NiJ9." + Payload));
        Fuzz.Run([1, 2, 3], dice =>
        {
            var signature = new byte[dice.Of(64, 64, 64, dice.Below(80))];
            for (var i = 0; i < signature.Length; i++) signature[i] = (byte)dice.Of(0, 255, dice.Below(256));
            Assert.False(key.Verifies(input, signature));
        });
    }

    private static void AssertVerifies(SigningRingKey key, string input, string signature)
    {
        var (bytes, good) = (Encoding.ASCII.GetBytes(input), Base64Url.DecodeFromChars(signature));
        Assert.True(key.Verifies(bytes, good));
        for (var bit = 0; bit < good.Length * 8; bit += 7)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Verifies(bytes, bad), $"Bit {bit} of the signature makes no difference.");
        }

        for (var at = 0; at < bytes.Length; at++)
        {
            var other = (byte[])bytes.Clone();
            other[at] ^= 1;
            Assert.False(key.Verifies(other, good), $"Byte {at} of the input makes no difference.");
        }
    }

    private static SigningRingKey KeyOf(string algorithm) => algorithm == RingKeys.Es256 ? Es256() : Rs256();

    private static SigningRingKey Es256()
    {
        var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
            },
            D = Base64Url.DecodeFromChars("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
        });
        return new("the-key", RingKeys.Es256, new SigningCredentials(new ECDsaSecurityKey(ecdsa) { KeyId = "the-key" }, RingKeys.Es256));
    }

    private static SigningRingKey Rs256()
    {
        var (p, q, d) = (
            Number(
                "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDc" +
                "mnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"),
            Number(
                "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-" +
                "TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"),
            Number(
                "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pW" +
                "J1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2Qv" +
                "Xt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRu" +
                "OopznQ"));
        var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Bytes(p * q, 256),
            Exponent = [1, 0, 1],
            D = Bytes(d, 256),
            P = Bytes(p, 128),
            Q = Bytes(q, 128),
            DP = Bytes(d % (p - 1), 128),
            DQ = Bytes(d % (q - 1), 128),
            InverseQ = Bytes(BigInteger.ModPow(q, p - 2, p), 128),
        });
        return new("the-key", RingKeys.Rs256, new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "the-key" }, RingKeys.Rs256));
    }

    private static BigInteger Number(string text) => new(Base64Url.DecodeFromChars(text), isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
