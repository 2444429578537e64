using System.Net;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

/// <summary>The addresses that Kestrel will listen on, known before it does, so that an unsafe one is refused.</summary>
public sealed record Listeners(IReadOnlyList<BindingAddress> Addresses)
{
    public const string Default = "http://localhost:5080";

    /// <summary>
    /// In Kestrel's own order: configured endpoints, then ASPNETCORE_URLS or --urls, then ASPNETCORE_HTTP_PORTS and -HTTPS_PORTS.
    /// </summary>
    public static Listeners Of(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0) return new([.. endpoints.Select(BindingAddress.Parse)]);
        var urls = Split(configuration["urls"]).ToList();
        if (urls.Count == 0)
        {
            urls.AddRange(Split(configuration["http_ports"]).Select(port => $"http://*:{port}"));
            urls.AddRange(Split(configuration["https_ports"]).Select(port => $"https://*:{port}"));
        }
        return new([.. (urls.Count == 0 ? [Default] : urls).Select(BindingAddress.Parse)]);
    }

    /// <summary>The issuer when none is configured. A port that the system picks is known too late to be one.</summary>
    public Uri? FirstLoopback() =>
        Addresses.Where(a => !a.IsUnixPipe && !a.IsNamedPipe && a.Port != 0
            && Uri.CheckHostName(a.Host.Trim('[', ']')) != UriHostNameType.Unknown)
            .Select(a => new Uri($"{a.Scheme}://{a.Host}:{a.Port}")).FirstOrDefault(LoopbackHost.IsHostOf);

    public void RefuseOpenHttp(ServerOptions server, SettingProblems problems)
    {
        // Plain http beyond this machine would carry passwords and codes in the clear, unless a proxy that we know ends the TLS.
        if (server.TrustedProxies.Count > 0) return;
        foreach (var open in Addresses.Where(a => a.Scheme != Uri.UriSchemeHttps && !IsLoopback(a)))
        {
            problems.Add("ASPNETCORE_URLS", $"{open} can be reached from other machines without https",
                "listen on https or on localhost, or name the proxy in front of it in TRUSTED_PROXIES");
        }
    }

    private static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe || address.IsNamedPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static string[] Split(string? text) =>
        text?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
