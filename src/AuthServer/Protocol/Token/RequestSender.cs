using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Sessions.Senders;

namespace AuthServer.Protocol.Token;

/// <summary>
/// Which key (RFC 9449 section 5) and which certificate (RFC 8705 section 3) the sender of a token request proves to hold. The plain way
/// takes no request that proves one, and no client that must.
/// </summary>
public sealed class RequestSender(DPoPCheck dpop)
{
    /// <summary>Asked once the client is known.</summary>
    /// <returns>No sender where no key is proved and none is required: the tokens are bearer tokens.</returns>
    public (Sender? Sender, DPoPProof? Proof, SenderRefusal? Refusal) Read(HttpContext http, RegisteredClient client)
    {
        if (client.RequiresDPoP && !DPoPCheck.IsProvedBy(http.Request))
        {
            return (null, null, new(DPoPCheck.InvalidProof, "This client is registered for dpop_bound_access_tokens: send a DPoP proof."));
        }
        if (!client.RequiresCertificate) return Read(http, client.Profile);
        // RFC 8705 section 3.4. What a client that is not registered for it shows is the business of its authentication.
        if (Sender.CertificateOf(http) is not { } certificate)
        {
            return (null, null, new(
                OAuthErrors.InvalidRequest, "This client is registered for tls_client_certificate_bound_access_tokens: send the request "
                    + "with a certificate to an address of mtls_endpoint_aliases."));
        }

        var (sender, proof, refusal) = Read(http, client.Profile);
        return refusal is null ? (new(sender?.KeyThumbprint, certificate), proof, null) : (null, null, refusal);
    }

    /// <summary>The key alone, of a request that may prove one and need not.</summary>
    /// <param name="profile">Of the client.</param>
    public (Sender? Sender, DPoPProof? Proof, SenderRefusal? Refusal) Read(HttpContext http, SecurityProfile? profile)
    {
        if (!DPoPCheck.IsProvedBy(http.Request)) return default;
        var (proof, refusal) = dpop.Read(http, accessToken: null);
        if (proof is null) return (null, null, refusal);
        return ProfileRequests.FaultOfProof(profile, proof.Algorithm) is { } fault
            ? (null, null, new(DPoPCheck.InvalidProof, fault)) : (new(proof.KeyThumbprint), proof, null);
    }

    /// <summary>
    /// Notes the proof as used: after everything that costs nothing, so that nobody fills the memory of proofs with requests that cannot
    /// succeed, and before anything that has an effect.
    /// </summary>
    /// <returns>Null where there is no proof, or one that is used for the first time.</returns>
    public ValueTask<SenderRefusal?> UseAsync(DPoPProof? proof) => proof is null ? default : dpop.UseAsync(proof);
}
