using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.EndSession;

/// <summary>
/// Treats an id_token_hint that does not verify as no hint: the sign-out page asks the person (RP-Initiated Logout 1.0 section 2).
/// </summary>
/// <remarks>Apps keep an ID token for as long as their session, which may be longer than the key that signed it is kept.</remarks>
public sealed class UnverifiedHint : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType is OpenIddictServerEndpointType.EndSession) context.RejectIdentityToken = false;
        return default;
    }
}
