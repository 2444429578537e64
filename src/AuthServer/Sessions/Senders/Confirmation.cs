using System.Text.Json;

namespace AuthServer.Sessions.Senders;

/// <summary>The key that a token is bound to (RFC 7800, claim <c>cnf</c>): the user of the token has to prove possession of it.</summary>
/// <param name="Methods">The claim as it stands in the token, for introspection (RFC 8705 section 3.2, RFC 9449 section 6.2).</param>
public sealed record Confirmation(JsonElement Methods)
{
    public const string Claim = "cnf";

    /// <summary>RFC 9449 section 6.1: the thumbprint of a DPoP key.</summary>
    internal const string KeyMember = "jkt";

    /// <summary>RFC 8705 section 3.1: the thumbprint of a certificate.</summary>
    internal const string CertificateMember = "x5t#S256";

    /// <summary>Bound by the thumbprint of a DPoP key (RFC 9449 section 6.1).</summary>
    public bool IsDPoP => Methods.ValueKind == JsonValueKind.Object && Methods.TryGetProperty(KeyMember, out _);

    /// <summary>
    /// Whether the sender has proved everything that the claim names. A member that this version does not know is not proved.
    /// </summary>
    public bool IsProvedBy(Sender sender)
    {
        if (Methods.ValueKind != JsonValueKind.Object) return false;
        var any = false;
        foreach (var method in Methods.EnumerateObject())
        {
            var proved = method.Name switch
            {
                KeyMember => sender.KeyThumbprint,
                CertificateMember => sender.CertificateThumbprint,
                _ => null,
            };
            if (proved is null || method.Value.ValueKind != JsonValueKind.String || method.Value.GetString() != proved) return false;
            any = true;
        }

        return any;
    }
}
