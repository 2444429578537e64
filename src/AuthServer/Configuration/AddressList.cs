using System.Net;

namespace AuthServer.Configuration;

/// <summary>Addresses and networks that a setting names.</summary>
public sealed class AddressList
{
    public const string Form = "addresses or networks such as 10.0.0.5,10.1.0.0/16";

    private AddressList(IReadOnlyList<IPAddress> addresses, IReadOnlyList<IPNetwork> networks) => (Addresses, Networks) = (addresses, networks);

    public static AddressList Empty { get; } = new([], []);

    public IReadOnlyList<IPAddress> Addresses { get; }

    public IReadOnlyList<IPNetwork> Networks { get; }

    public static AddressList Parse(string key, IEnumerable<string> texts, SettingProblems problems)
    {
        List<IPAddress> addresses = [];
        List<IPNetwork> networks = [];
        foreach (var text in texts)
        {
            if (IPAddress.TryParse(text, out var address)) addresses.Add(address);
            else if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else problems.Add(key, $"\"{text}\" is neither an address nor a network", $"set it to {Form}");
        }

        return new(addresses, networks);
    }

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Addresses.Contains(plain) || Networks.Any(n => n.Contains(plain));
    }
}
