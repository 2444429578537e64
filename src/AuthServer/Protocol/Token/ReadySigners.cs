using AuthServer.Clients.Directory;
using AuthServer.Keys;

namespace AuthServer.Protocol.Token;

/// <summary>
/// Asks a key that is known to be away before a request takes a code, rotates a refresh token or opens a session, and then gets no answer.
/// </summary>
public sealed class ReadySigners(KeyRing ring, SigningOutages outages)
{
    /// <summary>Costs nothing while every key signs.</summary>
    /// <exception cref="SigningUnavailableException">A key that the answer needs is still away.</exception>
    public void Require(RegisteredClient client, bool withIdToken)
    {
        if (!outages.Any) return;
        Ask(client.AccessTokenSignedResponseAlg ?? RingKeys.Es256);
        if (withIdToken) Ask(client.IdTokenSignedResponseAlg);
    }

    private void Ask(string algorithm)
    {
        var signer = ring.Current.Signer(algorithm);
        // The signature is discarded. A key that is back is thereby known to be.
        if (outages.Has(signer.Kid)) signer.Sign("probe", "{}"u8);
    }
}
