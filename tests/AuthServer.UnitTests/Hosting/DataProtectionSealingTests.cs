using System.Security.Cryptography;
using System.Xml.Linq;
using AuthServer.Keys;

namespace AuthServer.UnitTests.Hosting;

public sealed class DataProtectionSealingTests
{
    private static readonly XElement Key = XElement.Parse("<key><value>c2VjcmV0</value></key>");
    // As XmlKeyManager writes it.
    private const string Revocation =
        "<revocation version=\"1\"><revocationDate>2026-11-29T12:00:00Z</revocationDate><key id=\"*\" /><reason>lost</reason></revocation>";

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
    public void The_previous_secret_is_needed_by_what_only_it_opens_bound_or_not()
    {
        var (before, both) = (new DataProtectionSealing(new() { SecretKey = First }), new DataProtectionSealing(
            new() { SecretKey = Second, SecretKeyPrevious = First }));
        Assert.True(both.NeedsPrevious(Stored(before)));
        Assert.True(both.NeedsPrevious(before.Bind(XElement.Parse(Stored(before))).ToString()));
        // A row of version 0.2 is bound by a rewrap, which does not need the former secret for it.
        Assert.False(both.NeedsPrevious(Stored(both)));
        Assert.False(both.NeedsPrevious(both.Bind(XElement.Parse(Stored(both))).ToString()));
        Assert.False(both.NeedsPrevious(Stored(new(new() { SecretKey = RandomNumberGenerator.GetBytes(32) }))));
        Assert.False(both.NeedsPrevious(Revocation));
    }

    [Fact]
    public void A_row_is_marked_by_the_secret_that_sealed_it_and_a_revocation_by_none()
    {
        var sealing = new DataProtectionSealing(new() { SecretKey = First });
        Assert.True(sealing.IsMarked(Stored(sealing)));
        Assert.False(new DataProtectionSealing(new() { SecretKey = Second }).IsMarked(Stored(sealing)));
        Assert.False(sealing.IsMarked("<key><sealed>AAAA"));
        Assert.False(sealing.IsMarked("<key><sealed"));
        Assert.Null(sealing.IsMarked(Revocation));
    }

    [Fact]
    public void The_name_of_the_decryptor_in_stored_keys_stays() =>
        Assert.Equal("AuthServer.Keys.SealedXmlDecryptor", Encryptor(First).Encrypt(Key).DecryptorType.FullName);

    private static string Stored(DataProtectionSealing sealing) => $"<key id=\"1\"><sealed>{sealing.Seal(Key)}</sealed></key>";

    private static SealedXmlEncryptor Encryptor(byte[] secret) => new(new DataProtectionSealing(new() { SecretKey = secret }));
}
