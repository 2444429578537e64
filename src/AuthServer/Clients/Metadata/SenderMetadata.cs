namespace AuthServer.Clients.Metadata;

/// <summary>What the client says about the binding of its tokens to a key.</summary>
/// <param name="DPoPBoundAccessTokens">Every token request must carry a DPoP proof (RFC 9449 section 5.2).</param>
public sealed record SenderMetadata(bool DPoPBoundAccessTokens)
{
    internal const string DPoPMember = "dpop_bound_access_tokens";

    /// <summary>Nothing that the plain way would have to know.</summary>
    internal bool IsPlain => !DPoPBoundAccessTokens;

    internal static SenderMetadata Read(JsonMembers read) => new(read.Flag(DPoPMember) ?? false);
}
