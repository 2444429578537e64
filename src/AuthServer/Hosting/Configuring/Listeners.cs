using System.Net;
using AuthServer.Clients.Certificates;
using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;

namespace AuthServer.Hosting.Configuring;

/// <summary>The addresses that Kestrel will listen on, known before it does, so that an unsafe one is refused.</summary>
public sealed record Listeners(IReadOnlyList<BindingAddress> Addresses)
{
    public const string Default = "http://localhost:5080";
    public const string LocalHttps = "https://localhost:5443";

    /// <summary>What is listened on where no address is configured.</summary>
    public static string DefaultOf(TlsOptions tls) => tls.LocalHttps ? LocalHttps : Default;

    /// <summary>
    /// In Kestrel's own order: configured endpoints, then ASPNETCORE_URLS or --urls, then ASPNETCORE_HTTP_PORTS and -HTTPS_PORTS.
    /// </summary>
    public static Listeners Of(IConfiguration configuration, TlsOptions tls)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0) return new([.. endpoints.Select(BindingAddress.Parse)]);
        var urls = Split(configuration["urls"]).ToList();
        if (urls.Count == 0)
        {
            urls.AddRange(Split(configuration["http_ports"]).Select(port => $"http://*:{port}"));
            urls.AddRange(Split(configuration["https_ports"]).Select(port => $"https://*:{port}"));
        }
        return new([.. (urls.Count == 0 ? [DefaultOf(tls)] : urls).Select(BindingAddress.Parse)]);
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
        foreach (var open in Addresses.Where(a => !IsHttps(a) && !IsLoopback(a)))
        {
            problems.Add("ASPNETCORE_URLS", $"{open} can be reached from other machines without https",
                "listen on https or on localhost, or name the proxy in front of it in TRUSTED_PROXIES");
        }
    }

    /// <param name="more">Those that ask for the certificates of clients.</param>
    public Listeners With(IReadOnlyList<BindingAddress> more) => more.Count == 0 ? this : new([.. Addresses, .. more]);

    /// <summary>Kestrel leaves out every other address where its own section names some.</summary>
    public static void RefuseBesideEndpoints(
        IReadOnlyList<BindingAddress> mtls, IConfiguration configuration, SettingProblems problems)
    {
        if (mtls.Count == 0 || !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any()) return;
        problems.Add(
            MtlsOptions.ListenersKey, "is set beside Kestrel:Endpoints, which leaves it out", "name all addresses in ASPNETCORE_URLS");
    }

    public bool TakeHttps => Addresses.Any(IsHttps);

    /// <summary>
    /// Kestrel would refuse such an address too, later and in other words, or serve it with a certificate for development that it finds.
    /// </summary>
    public void RefuseHttpsWithoutCertificate(
        TlsOptions tls, IConfiguration configuration, SettingProblems problems, string key = "ASPNETCORE_URLS")
    {
        if (tls.HasFiles || tls.LocalHttps || HasKestrelCertificates(configuration.GetSection("Kestrel"))) return;
        foreach (var address in Addresses.Where(IsHttps))
        {
            problems.Add(key, $"{address} is https, and there is no certificate for it",
                $"set {CertificateFiles.ChainKey} and {CertificateFiles.PrivateKeyKey} to PEM files; on your own machine, "
                    + "start with --https to have a certificate made");
        }
    }

    // The framework's own settings for certificates, by endpoint or for all of them.
    private static bool HasKestrelCertificates(IConfigurationSection kestrel) =>
        kestrel.GetSection("Certificates:Default").Exists()
        || kestrel.GetSection("Endpoints").GetChildren().Any(e => e.GetSection("Certificate").Exists() || e.GetSection("Sni").Exists());

    private static bool IsHttps(BindingAddress address) => address.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe || address.IsNamedPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static string[] Split(string? text) =>
        text?.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
