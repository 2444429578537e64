using AuthServer.Configuration;

namespace AuthServer.Clients.Directory;

/// <summary>Whose addresses are trusted although a client names them that nobody has vouched for.</summary>
public sealed class ClientTrustOptions : ICheckedSettings
{
    private const string Key = "CLIENT_TRUSTED_DOMAINS";

    /// <summary>
    /// Domains, with all names below them, whose owners you know: a client that has registered itself without a token of yours, or that
    /// describes itself, is told of errors there at once, and may name hosts there that are inside, where OUTBOUND_ALLOWED_HOSTS has them
    /// too. Other addresses of such clients people open by a link, and inside they reach nothing.
    /// </summary>
    [Setting(Key, Cure = DomainNames.Form)]
    public IReadOnlyList<string> TrustedDomains { get; set; } = [];

    /// <summary>Whether the host of the address is one of them.</summary>
    public bool Trusts(Uri address) => DomainNames.Have(TrustedDomains, address.IdnHost.ToLowerInvariant());

    public void Check(SettingProblems problems) => TrustedDomains = DomainNames.Read(Key, TrustedDomains, problems);
}
