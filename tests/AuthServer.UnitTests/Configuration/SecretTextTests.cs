using System.Security.Cryptography;
using AuthServer.Configuration;

namespace AuthServer.UnitTests.Configuration;

public sealed class SecretTextTests
{
    private static readonly byte[] Bytes = SHA256.HashData("any bytes"u8);

    [Fact]
    public void Base64_base64url_and_hex_give_the_same_bytes()
    {
        var base64 = Convert.ToBase64String(Bytes);
        string[] forms = [base64, base64.TrimEnd('='), base64.Replace('+', '-').Replace('/', '_'), Convert.ToHexString(Bytes),
            Convert.ToHexStringLower(Bytes)];
        Assert.All(forms, form => Assert.Equal(Bytes, SecretText.Decode(form, out _)));
    }

    [Fact]
    public void A_new_secret_is_accepted() => Assert.Equal(32, SecretText.Decode(SecretText.New(), out _)!.Length);

    [Theory]
    [InlineData("your-secret-key-here")]
    [InlineData("correct horse battery staple, and then some more words")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("")]
    public void Anything_else_is_refused(string text) => Assert.Null(SecretText.Decode(text, out _));
}
