using System.Security.Cryptography;
using System.Xml.Linq;
using AuthServer.Keys;

namespace AuthServer.UnitTests.Hosting;

public sealed class DataProtectionSealingTests
{
    private static readonly XElement Key = XElement.Parse("<key><value>c2VjcmV0</value></key>");
    private static readonly byte[] First = RandomNumberGenerator.GetBytes(32), Second = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void The_stored_form_does_not_show_the_key() =>
        Assert.DoesNotContain("c2VjcmV0", Encryptor(First).Encrypt(Key).EncryptedElement.ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_former_secret_still_opens()
    {
        var box = new DataProtectionSealing(new() { SecretKey = First }).Seal(Key);
        var opened = new DataProtectionSealing(new() { SecretKey = Second, SecretKeyPrevious = First }).Open(new("sealed", box));
        Assert.True(XNode.DeepEquals(Key, opened));
    }

    [Fact]
    public void Another_secret_does_not_open()
    {
        var box = new DataProtectionSealing(new() { SecretKey = First }).Seal(Key);
        Assert.ThrowsAny<CryptographicException>(() => new DataProtectionSealing(new() { SecretKey = Second }).Open(new("sealed", box)));
    }

    [Fact]
    public void The_name_of_the_decryptor_in_stored_keys_stays() =>
        Assert.Equal("AuthServer.Keys.SealedXmlDecryptor", Encryptor(First).Encrypt(Key).DecryptorType.FullName);

    private static SealedXmlEncryptor Encryptor(byte[] secret) => new(new DataProtectionSealing(new() { SecretKey = secret }));
}
