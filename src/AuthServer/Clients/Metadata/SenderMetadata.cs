namespace AuthServer.Clients.Metadata;

/// <summary>What the client says about the binding of its tokens to a key.</summary>
/// <param name="DPoPBoundAccessTokens">Every token request must carry a DPoP proof (RFC 9449 section 5.2).</param>
/// <param name="CertificateBoundAccessTokens">Every token request must come with a certificate (RFC 8705 section 3.4).</param>
public sealed record SenderMetadata(bool DPoPBoundAccessTokens, bool CertificateBoundAccessTokens)
{
    internal const string DPoPMember = "dpop_bound_access_tokens", CertificateMember = "tls_client_certificate_bound_access_tokens";

    /// <summary>Nothing that the plain way would have to know.</summary>
    internal bool IsPlain => !DPoPBoundAccessTokens && !CertificateBoundAccessTokens;

    internal static SenderMetadata Read(JsonMembers read) => new(
        read.Flag(DPoPMember) ?? false, read.Flag(CertificateMember) ?? false);
}
