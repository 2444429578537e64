using AuthServer.Clients.Directory;
using AuthServer.Sessions.Senders;

namespace AuthServer.Protocol.Token;

/// <summary>
/// Which key the sender of a token request proves to hold (RFC 9449 section 5). The plain way takes no request that proves one, and no
/// client that must.
/// </summary>
public sealed class RequestSender(DPoPCheck dpop)
{
    /// <summary>Asked once the client is known: the proof counts as used from then on.</summary>
    /// <returns>No sender where no key is proved and none is required: the tokens are bearer tokens.</returns>
    public async ValueTask<(Sender? Sender, SenderRefusal? Refusal)> OfAsync(HttpContext http, RegisteredClient client)
    {
        return client.RequiresDPoP && !DPoPCheck.IsProvedBy(http.Request)
            ? (null, new(DPoPCheck.InvalidProof, "This client is registered for dpop_bound_access_tokens: send a DPoP proof."))
            : await OfAsync(http);
    }

    /// <summary>Of a request that may prove a key and need not.</summary>
    public async ValueTask<(Sender? Sender, SenderRefusal? Refusal)> OfAsync(HttpContext http)
    {
        if (!DPoPCheck.IsProvedBy(http.Request)) return (null, null);
        var (proof, refusal) = dpop.Read(http, accessToken: null);
        if (proof is null) return (null, refusal);
        refusal = await dpop.UseAsync(proof);
        return refusal is null ? (new(proof.KeyThumbprint), null) : (null, refusal);
    }
}
