using AuthServer.Configuration;

namespace AuthServer.Clients.Documents;

public enum ClientDocumentMode
{
    Off,
    On,
}

/// <summary>Whether clients may describe themselves in a document that they publish (Client ID Metadata Documents), and whose.</summary>
public sealed class ClientDocumentOptions : ICheckedSettings
{
    private const string AllowedKey = "CLIENT_DOCUMENTS_ALLOWED_DOMAINS", DeniedKey = "CLIENT_DOCUMENTS_DENIED_DOMAINS";

    /// <summary>
    /// off: a client id is a name that is registered here. on: it may also be the https address of a document in which an app describes
    /// itself, as MCP clients do; the server fetches it. People see who publishes it, and are always asked.
    /// </summary>
    [Setting("CLIENT_DOCUMENTS")]
    public ClientDocumentMode Mode { get; set; }

    /// <summary>The domains whose documents are taken, with all names below them; empty: every domain.</summary>
    [Setting(AllowedKey, Cure = DomainNames.Form)]
    public IReadOnlyList<string> AllowedDomains { get; set; } = [];

    /// <summary>The domains whose documents are refused, with all names below them, also where the other list has them.</summary>
    [Setting(DeniedKey, Cure = DomainNames.Form)]
    public IReadOnlyList<string> DeniedDomains { get; set; } = [];

    /// <summary>
    /// How many clients that describe themselves are kept because people have allowed them something; of one host a tenth. One more takes
    /// the place of one that nobody uses; where all are in use, it has to wait.
    /// </summary>
    [Setting("CLIENT_DOCUMENTS_MOST", Minimum = 1, Maximum = 1_000_000)]
    public int Most { get; set; } = 1000;

    /// <summary>As many of one host.</summary>
    public int MostOfHost => (Most + 9) / 10;

    public bool IsOn => Mode == ClientDocumentMode.On;

    /// <summary>Whether documents of this host are taken.</summary>
    /// <param name="host">In lower case and ASCII.</param>
    public bool Takes(string host) => IsOn && !DomainNames.Have(DeniedDomains, host)
        && (AllowedDomains.Count == 0 || DomainNames.Have(AllowedDomains, host));

    /// <summary>Whether documents of this host are taken because the operator has named it: then it may be inside.</summary>
    /// <remarks>Any stranger could have a host inside asked otherwise.</remarks>
    public bool Names(string host) => AllowedDomains.Count > 0 && Takes(host);

    public void Check(SettingProblems problems)
    {
        AllowedDomains = DomainNames.Read(AllowedKey, AllowedDomains, problems);
        DeniedDomains = DomainNames.Read(DeniedKey, DeniedDomains, problems);
    }
}
