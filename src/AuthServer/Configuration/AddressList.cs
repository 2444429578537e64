using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AuthServer.Configuration;

/// <summary>
/// Addresses and networks that a setting names. Each is written exactly: .NET would also read 10.0.0 as 10.0.0.0 and 10.0.0.7/8 as
/// 10.0.0.0/8.
/// </summary>
public sealed class AddressList
{
    public const string Form = "addresses or networks such as 10.0.0.5,10.1.0.0/16";

    // The largest networks that one owner has inside: 10.0.0.0/8 (RFC 1918) and fc00::/7 (RFC 4193).
    private const int ShortestPrefix4 = 8, ShortestPrefix6 = 7;

    // ::ffff:0:0/96 (RFC 4291 section 2.5.5.2)
    private const int MappedPrefix = 96;

    private const string Neither = "is neither an address nor a network";

    private AddressList(IReadOnlyList<IPAddress> addresses, IReadOnlyList<IPNetwork> networks) =>
        (Addresses, Networks) = (addresses, networks);

    public static AddressList Empty { get; } = new([], []);

    public IReadOnlyList<IPAddress> Addresses { get; }

    public IReadOnlyList<IPNetwork> Networks { get; }

    public static AddressList Parse(string key, IEnumerable<string> texts, SettingProblems problems)
    {
        List<IPAddress> addresses = [];
        List<IPNetwork> networks = [];
        foreach (var text in texts)
        {
            var fault = text.Split('/') switch
            {
                [var address] => AddAddress(address, addresses),
                [var address, var prefix] => AddNetwork(address, prefix, networks),
                _ => Neither,
            };
            if (fault is not null) problems.Add(key, $"\"{text}\" {fault}", $"set it to {Form}");
        }

        return new(addresses, networks);
    }

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Addresses.Contains(plain) || Networks.Any(n => n.Contains(plain));
    }

    private static string? AddAddress(string text, List<IPAddress> addresses)
    {
        if (Exact(text) is not { } address) return Neither;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return "is no machine's address";
        addresses.Add(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        return null;
    }

    private static string? AddNetwork(string text, string prefixText, List<IPNetwork> networks)
    {
        if (Exact(text) is not { } address || !int.TryParse(prefixText, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix))
        {
            return Neither;
        }
        if (address.IsIPv4MappedToIPv6 && prefix >= MappedPrefix) (address, prefix) = (address.MapToIPv4(), prefix - MappedPrefix);
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (prefix > (isIPv4 ? 32 : 128) || (prefixText.Length > 1 && prefixText[0] == '0')) return Neither;
        if (prefix == 0) return "is every address there is: everybody could claim to be anybody";
        if (prefix < (isIPv4 ? ShortestPrefix4 : ShortestPrefix6)) return "is a large part of the internet";
        var network = new IPNetwork(Masked(address, prefix), prefix);
        if (!network.BaseAddress.Equals(address))
        {
            return $"has a machine's address and a network's length: write {network} for the network or {address} for the machine";
        }
        networks.Add(network);
        return null;
    }

    /// <summary>The address if it is written in the one usual form; four decimal numbers for IPv4.</summary>
    private static IPAddress? Exact(string text) =>
        IPAddress.TryParse(text, out var address) && text[0] != '['
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text) ? address : null;

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
