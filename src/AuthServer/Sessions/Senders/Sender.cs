using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.JsonApi;

namespace AuthServer.Sessions.Senders;

/// <summary>What the sender of a request has proved to hold: tokens that it gets are bound to it (RFC 7800).</summary>
/// <param name="KeyThumbprint">Of a DPoP key (RFC 9449 section 6.1); null: none is proved.</param>
/// <param name="CertificateThumbprint">Of the certificate of the connection (RFC 8705 section 3.1); null: none counts.</param>
public sealed record Sender(string? KeyThumbprint, string? CertificateThumbprint = null)
{
    /// <summary>The <c>token_type</c> of its access tokens (RFC 9449 section 5, RFC 8705 section 3).</summary>
    public string TokenType => KeyThumbprint is null ? BearerScheme.Name : DPoPProof.Scheme;

    /// <summary>The thumbprint of the certificate that the connection, or a trusted proxy, shows; null where there is none.</summary>
    public static string? CertificateOf(HttpContext http) => http.Connection.ClientCertificate is { } certificate
        ? Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span)) : null;

    /// <summary>What the session row keeps, and a refresh compares; null: nothing.</summary>
    /// <param name="isPublic">
    /// Whether the client is public. Such a client proves nothing else, so its refresh token is bound to this key and this certificate
    /// (RFC 9449 section 5, RFC 8705 section 7.1); a confidential client may take others, but not none.
    /// </param>
    public string? RowText(bool isPublic)
    {
        var key = KeyThumbprint is null ? null : isPublic ? $"{Confirmation.KeyMember}:{KeyThumbprint}" : Confirmation.KeyMember;
        // That a confidential client shows one its registration says.
        var certificate = CertificateThumbprint is null || !isPublic ? null : $"{Confirmation.CertificateMember}:{CertificateThumbprint}";
        return key is null ? certificate : certificate is null ? key : $"{key} {certificate}";
    }

    /// <summary>Writes the claim <c>cnf</c>.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject(Confirmation.Claim);
        if (KeyThumbprint is not null) json.WriteString(Confirmation.KeyMember, KeyThumbprint);
        if (CertificateThumbprint is not null) json.WriteString(Confirmation.CertificateMember, CertificateThumbprint);
        json.WriteEndObject();
    }
}
