using AuthServer.Configuration;

namespace AuthServer.Protocol.Ciba;

/// <summary>Whether clients may ask a person who is not at their screen (OpenID Connect CIBA Core 1.0).</summary>
public sealed class CibaOptions
{
    /// <summary>
    /// Whether clients whose grant_types have urn:openid:params:grant-type:ciba may name a person, who is told by mail and at /account and
    /// decides at /approve. false takes endpoint and page away.
    /// </summary>
    [Setting("CIBA")]
    public bool IsOn { get; set; } = true;
}
