using AuthServer.Clients.Metadata;
using AuthServer.Outbound;

namespace AuthServer.Clients.Directory;

/// <summary>
/// Where browsers are sent and what this server asks itself at the word of a client. Who registers without anybody's leave, or publishes a
/// document, could be anybody, and is trusted with no address.
/// </summary>
/// <param name="mayPublishInside">Whether the document of a client may be fetched from a host although that is inside.</param>
public sealed class ClientTrust(ClientTrustOptions options, SafeHttp http, Func<string, bool> mayPublishInside)
{
    /// <summary>
    /// Whether a browser goes to a registered redirect address whatever the person has done (RFC 9700 section 4.11.2). What listens on the
    /// machine of the person imitates no page of others.
    /// </summary>
    public bool MaySendBrowser(RegisteredClient client, string redirectUri) => client.IsVouchedFor
        || RedirectUris.IsOfThisMachine(redirectUri)
        // Of https alone only the owner of the name answers: com.evil.app://known.example belongs to whichever app takes the scheme.
        || (RedirectUris.IsClaimed(redirectUri) && Uri.TryCreate(redirectUri, UriKind.Absolute, out var address)
            && options.Trusts(address));

    /// <summary>
    /// Whether an address of the client may be at a host inside that the operator has allowed. The host that its document was fetched from
    /// may be asked for more, as far as it may be inside itself.
    /// </summary>
    public bool MayNameInside(RegisteredClient client, Uri address) => MayNameInside(client.IsVouchedFor, address)
        || (client.Publisher is { } host && host == address.IdnHost && mayPublishInside(host));

    /// <summary>The same of a client that is about to be registered, or is gone.</summary>
    public bool MayNameInside(bool isVouchedFor, Uri address) => isVouchedFor || options.Trusts(address);

    /// <summary>Who sends a request to an address of the client.</summary>
    public SafeHttp HttpFor(RegisteredClient client, Uri address) => MayNameInside(client, address) ? http : http.OfPublicHosts;

    /// <inheritdoc cref="MayNameInside(bool, Uri)"/>
    public SafeHttp HttpFor(bool isVouchedFor, Uri address) => MayNameInside(isVouchedFor, address) ? http : http.OfPublicHosts;
}
