using AuthServer.Data.Encryption.Pages;

namespace AuthServer.UnitTests.Encryption;

/// <summary>https://c2sp.org/XAES-256-GCM.</summary>
public sealed class XaesGcmTests
{
    private static readonly byte[] Nonce = "ABCDEFGHIJKLMNOPQRSTUVWX"u8.ToArray();
    private static readonly byte[] Text = "XAES-256-GCM"u8.ToArray();

    /// <summary>The two vectors of the specification: the subkey without and with the carry of its doubling.</summary>
    [Theory]
    [InlineData(1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271")]
    [InlineData(3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")]
    public void It_is_the_specified_cipher(byte key, string associatedData, string expected)
    {
        using var cipher = new XaesGcm(Key(key));
        var (sealedText, tag) = (new byte[Text.Length], new byte[XaesGcm.TagSize]);
        cipher.Seal(Nonce, Text, sealedText, tag, System.Text.Encoding.ASCII.GetBytes(associatedData));
        Assert.Equal(expected, Convert.ToHexStringLower([.. sealedText, .. tag]));
    }

    [Fact]
    public void It_opens_what_it_sealed_also_when_it_has_forgotten_the_key_of_a_nonce()
    {
        const int Many = 40;
        using var cipher = new XaesGcm(Key(7));
        var boxes = Enumerable.Range(0, Many).Select(i =>
        {
            var (nonce, sealedText, tag) = (new byte[XaesGcm.NonceSize], new byte[Text.Length], new byte[XaesGcm.TagSize]);
            nonce[0] = (byte)i;
            cipher.Seal(nonce, Text, sealedText, tag, []);
            return (nonce, sealedText, tag);
        }).ToList();
        foreach (var (nonce, sealedText, tag) in boxes)
        {
            var opened = new byte[Text.Length];
            Assert.True(cipher.TryOpen(nonce, sealedText, tag, opened, []));
            Assert.Equal(Text, opened);
        }
    }

    [Fact]
    public void Nothing_else_opens_it()
    {
        using var cipher = new XaesGcm(Key(7));
        using var other = new XaesGcm(Key(8));
        var (sealedText, tag, opened) = (new byte[Text.Length], new byte[XaesGcm.TagSize], new byte[Text.Length]);
        cipher.Seal(Nonce, Text, sealedText, tag, [1]);
        Assert.False(other.TryOpen(Nonce, sealedText, tag, opened, [1]));
        Assert.False(cipher.TryOpen(Nonce, sealedText, tag, opened, [2]));
        sealedText[0] ^= 1;
        Assert.False(cipher.TryOpen(Nonce, sealedText, tag, opened, [1]));
    }

    [Fact]
    public void Nonces_share_their_first_half_for_a_while_and_never_repeat()
    {
        var (one, other) = (new Nonces(), new Nonces());
        var nonces = Enumerable.Range(0, 1000).Select(i =>
        {
            var nonce = new byte[XaesGcm.NonceSize];
            (i % 2 == 0 ? one : other).Next(nonce);
            return Convert.ToHexString(nonce);
        }).ToList();
        Assert.Equal(nonces.Count, nonces.Distinct().Count());
        Assert.Single(nonces.Select(n => n[..(2 * XaesGcm.HalfNonce)]).Distinct());
    }

    private static byte[] Key(byte value) => [.. Enumerable.Repeat(value, XaesGcm.KeySize)];
}
