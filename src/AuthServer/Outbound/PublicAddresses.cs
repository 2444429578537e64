using System.Net;
using System.Net.Sockets;

namespace AuthServer.Outbound;

/// <summary>
/// Tells addresses of the internet from those of one network or one machine: the special-purpose address registries of IANA (RFC 6890).
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] Special4 = Networks(
        // "This network", private use, shared by carriers (CGNAT), loopback, link-local: among them the metadata of clouds.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        // Protocol assignments, documentation, the former 6to4 relays, private use, benchmarks.
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        // Multicast, reserved, broadcast.
        "224.0.0.0/4", "240.0.0.0/4");

    // Global unicast; all else is loopback, mapped, unique-local, link-local, multicast or not assigned.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 = Networks(
        // Protocol assignments (among them Teredo and ORCHID), documentation, 6to4: tunnels may end at any IPv4 address.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    // RFC 6052 section 2.1: how a network with NAT64 reaches IPv4.
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool Contains(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily == AddressFamily.InterNetwork) return !Special4.Any(network => network.Contains(plain));
        if (plain.AddressFamily != AddressFamily.InterNetworkV6) return false;
        var bytes = plain.GetAddressBytes();
        if (Translated.Contains(plain)) return Contains(new IPAddress(bytes.AsSpan(12)));
        return Global6.Contains(plain) && !Special6.Any(network => network.Contains(plain)) && !IsIsatap(bytes);
    }

    /// <summary>The IPv4 address of ::ffff:a.b.c.d, which sockets connect to.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // RFC 5214 section 6.1: an interface identifier that ends in an IPv4 address of the local network.
    private static bool IsIsatap(byte[] bytes) => (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(text => IPNetwork.Parse(text))];
}
