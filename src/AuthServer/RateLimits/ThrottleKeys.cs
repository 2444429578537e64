using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.RateLimits;

/// <summary>
/// Turns e-mail keys, people and addresses into table keys of fixed size whose upper half nobody outside can predict.
/// </summary>
public sealed class ThrottleKeys
{
    // No source address begins with ffff (RFC 4291 section 2.7: multicast), so no /64 looks like an IPv4 address.
    private const ulong IPv4 = 0xffff_ffff_0000_0000;

    private const int LongestOnStack = 512;

    private const int MacKeySize = 32;

    private readonly KeyedHash _mac;
    private readonly SipHash _hash;

    /// <summary>Keys that only this process knows.</summary>
    public ThrottleKeys() : this(RandomNumberGenerator.GetBytes(MacKeySize + SipHash.KeySize))
    {
    }

    private ThrottleKeys(byte[] key)
    {
        _mac = new(key[..MacKeySize]);
        _hash = SipHash.Of(key.AsSpan(MacKeySize));
    }

    /// <summary>The same keys in every server of an issuer, for counters that they share.</summary>
    public static ThrottleKeys Of(byte[] secretKey, string issuer) => new(HKDF.DeriveKey(
        HashAlgorithmName.SHA256, secretKey, MacKeySize + SipHash.KeySize,
        info: Encoding.UTF8.GetBytes("authplatform/rate-limits/1\0" + issuer)));

    public UInt128 OfAccount(string emailKey) => Of("account\0"u8, emailKey);

    public UInt128 OfKnownDevice(string emailKey, string device) => Of("device\0"u8, emailKey + '\0' + device);

    /// <param name="subject">The <c>sub</c> of a validated token.</param>
    public UInt128 OfSubject(string subject) => Of("subject\0"u8, subject);

    /// <param name="sessionId">Of a token whose MAC is right.</param>
    public UInt128 OfSession(Guid sessionId) => Of("session\0"u8, sessionId.ToString());

    public UInt128 OfClient(string clientId) => Of("client\0"u8, clientId);

    /// <summary>A client at one address, or at one IPv6 /64.</summary>
    public UInt128 OfClientAt(string clientId, IPAddress address) => Of("client at\0"u8, clientId, OfAddress(address));

    /// <summary>An account at one address, or at one IPv6 /64.</summary>
    public UInt128 OfAccountAt(string emailKey, UInt128 address) => Of("account at\0"u8, emailKey, address);

    /// <returns>Null when the caller has no address, as a command has none.</returns>
    public UInt128? OfAddress(string? address) => address is not null && IPAddress.TryParse(address, out var ip) ? OfAddress(ip) : null;

    /// <summary>One key for an IPv4 address, and one for a whole IPv6 /64: a host picks its addresses freely inside it.</summary>
    /// <remarks>The address itself is no secret, so it is the lower half; the hash alone chooses the place in a table.</remarks>
    public UInt128 OfAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var word = address.AddressFamily == AddressFamily.InterNetwork ? IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : address.IsIPv4MappedToIPv6 ? IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return new(_hash.Of(word), word);
    }

    // The label ends with U+0000 and the address has a fixed size, so two different inputs never make the same bytes.
    private UInt128 Of(ReadOnlySpan<byte> label, string text, UInt128 address = default)
    {
        const int AddressSize = 16;
        var most = label.Length + AddressSize + Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= LongestOnStack ? stackalloc byte[LongestOnStack] : new byte[most], mac = stackalloc byte[KeyedHash.Size];
        label.CopyTo(bytes);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[label.Length..], address);
        var begin = label.Length + AddressSize;
        _mac.Of(bytes[..(begin + Encoding.UTF8.GetBytes(text, bytes[begin..]))], mac);
        return BinaryPrimitives.ReadUInt128BigEndian(mac);
    }
}
