using AuthServer.Configuration;

namespace AuthServer.Sessions.Senders;

/// <summary>What is asked of clients that prove a key (DPoP, RFC 9449).</summary>
public sealed class DPoPOptions
{
    /// <summary>
    /// Whether a DPoP proof must carry a nonce of this server (RFC 9449 sections 8 and 9), so that none can be made long before it is
    /// used. A client without one is answered with use_dpop_nonce and tries again.
    /// </summary>
    [Setting("DPOP_NONCES")]
    public bool Nonces { get; set; }
}
