using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.RateLimits;

/// <summary>Turns e-mail keys and addresses into table keys of fixed size that mean nothing outside this process.</summary>
public sealed class ThrottleKeys
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public UInt128 OfAccount(string emailKey) => Of("account\0" + emailKey);

    public UInt128 OfKnownBrowser(string emailKey, string browser) => Of("browser\0" + emailKey + '\0' + browser);

    /// <summary>One key for an IPv4 address, and one for a whole IPv6 /64: a host picks its addresses freely inside it.</summary>
    /// <returns>Null when the caller has no address, as a command has none.</returns>
    public UInt128? OfAddress(string? address)
    {
        if (address is null || !IPAddress.TryParse(address, out var ip)) return null;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        var bytes = ip.GetAddressBytes().AsSpan();
        return Of("address\0" + Convert.ToHexString(ip.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes));
    }

    private UInt128 Of(string text) => BinaryPrimitives.ReadUInt128BigEndian(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
