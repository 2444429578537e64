using System.Net;
using AuthServer.Configuration;

namespace AuthServer.Hosting;

/// <summary>Where the server keeps its files, and which proxies speak for their callers.</summary>
public sealed class ServerOptions : ICheckedSettings
{
    /// <summary>The data directory of the embedded default. Absent: data/ beside the project under `dotnet run`, beside the executable otherwise.</summary>
    [Setting("AUTHSERVER_DATA", Cure = "the path of a directory")]
    public string? DataDirectory { get; set; }

    /// <summary>The proxies whose X-Forwarded-For and X-Forwarded-Proto count: addresses or networks (10.0.0.0/8), separated by commas. Nobody else's do. Naming a network trusts every machine in it.</summary>
    [Setting("TRUSTED_PROXIES", Cure = "addresses or networks such as 10.0.0.5,10.1.0.0/16")]
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    public List<IPAddress> ProxyAddresses { get; } = [];

    public List<IPNetwork> ProxyNetworks { get; } = [];

    public void Check(SettingProblems problems)
    {
        foreach (var text in TrustedProxies)
        {
            if (IPAddress.TryParse(text, out var address)) ProxyAddresses.Add(address);
            else if (IPNetwork.TryParse(text, out var network)) ProxyNetworks.Add(network);
            else problems.Add("TRUSTED_PROXIES", $"\"{text}\" is neither an address nor a network", "set it to addresses or networks such as 10.0.0.5,10.1.0.0/16");
        }
    }
}
