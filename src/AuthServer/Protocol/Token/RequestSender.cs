using AuthServer.Clients.Directory;
using AuthServer.Sessions.Senders;

namespace AuthServer.Protocol.Token;

/// <summary>
/// Which key (RFC 9449 section 5) and which certificate (RFC 8705 section 3) the sender of a token request proves to hold. The plain way
/// takes no request that proves one, and no client that must.
/// </summary>
public sealed class RequestSender(DPoPCheck dpop)
{
    /// <summary>Asked once the client is known: the proof counts as used from then on.</summary>
    /// <returns>No sender where no key is proved and none is required: the tokens are bearer tokens.</returns>
    public async ValueTask<(Sender? Sender, SenderRefusal? Refusal)> OfAsync(HttpContext http, RegisteredClient client)
    {
        if (client.RequiresDPoP && !DPoPCheck.IsProvedBy(http.Request))
        {
            return (null, new(DPoPCheck.InvalidProof, "This client is registered for dpop_bound_access_tokens: send a DPoP proof."));
        }
        if (!client.RequiresCertificate) return await OfAsync(http);
        // RFC 8705 section 3.4. What a client that is not registered for it shows is the business of its authentication.
        if (Sender.CertificateOf(http) is not { } certificate)
        {
            return (null, new(
                OAuthErrors.InvalidRequest, "This client is registered for tls_client_certificate_bound_access_tokens: send the request "
                    + "with a certificate to an address of mtls_endpoint_aliases."));
        }

        var (sender, refusal) = await OfAsync(http);
        return refusal is null ? (new(sender?.KeyThumbprint, certificate), null) : (null, refusal);
    }

    /// <summary>The key alone, of a request that may prove one and need not.</summary>
    public async ValueTask<(Sender? Sender, SenderRefusal? Refusal)> OfAsync(HttpContext http)
    {
        if (!DPoPCheck.IsProvedBy(http.Request)) return (null, null);
        var (proof, refusal) = dpop.Read(http, accessToken: null);
        if (proof is null) return (null, refusal);
        refusal = await dpop.UseAsync(proof);
        return refusal is null ? (new(proof.KeyThumbprint), null) : (null, refusal);
    }
}
