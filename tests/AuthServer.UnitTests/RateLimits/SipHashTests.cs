using System.Security.Cryptography;
using AuthServer.RateLimits;

namespace AuthServer.UnitTests.RateLimits;

public sealed class SipHashTests
{
    /// <summary>The reference vector of eight bytes: key 00..0f, message 00..07 (vectors_sip64 of the reference implementation).</summary>
    [Fact]
    public void It_gives_the_value_of_the_reference_vector() =>
        Assert.Equal(0x93f5f5799a932462UL, new SipHash(0x0706050403020100, 0x0f0e0d0c0b0a0908).Of(0x0706050403020100));

    [Fact]
    public void Two_keys_hash_differently() => Assert.NotEqual(New().Of(1), New().Of(1));

    private static SipHash New() => SipHash.Of(RandomNumberGenerator.GetBytes(SipHash.KeySize));
}
