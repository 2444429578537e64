using AuthServer.Keys;

namespace AuthServer.UnitTests.Keys;

public sealed class KeyedHashTests
{
    [Theory]
    // RFC 4231 sections 4.2 and 4.3
    [InlineData(
        "0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B", "4869205468657265",
        "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7")]
    [InlineData(
        "4A656665", "7768617420646F2079612077616E7420666F72206E6F7468696E673F",
        "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843")]
    public void It_is_HMAC_SHA_256_however_often_it_is_asked(string key, string data, string expected)
    {
        var hash = new KeyedHash(Convert.FromHexString(key));
        var mac = new byte[KeyedHash.Size];
        for (var i = 0; i < 3; i++)
        {
            hash.Of(Convert.FromHexString(data), mac);
            Assert.Equal(expected, Convert.ToHexString(mac));
        }
    }

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        var hash = new KeyedHash("key"u8.ToArray());
        var expected = new byte[KeyedHash.Size];
        hash.Of("text"u8, expected);
        Parallel.For(0, 10_000, _ =>
        {
            var mac = new byte[KeyedHash.Size];
            hash.Of("text"u8, mac);
            Assert.Equal(expected, mac);
        });
    }
}
