using System.Text.Json;

namespace AuthServer.Sessions.Senders;

/// <summary>The key that the sender of a request has proved to hold: tokens that it gets are bound to it (RFC 7800).</summary>
/// <param name="KeyThumbprint">Of a DPoP key (RFC 9449 section 6.1).</param>
public sealed record Sender(string KeyThumbprint)
{
    /// <summary>The <c>token_type</c> of its access tokens (RFC 9449 section 5).</summary>
    public string TokenType => DPoPProof.Scheme;

    /// <summary>What the session row keeps, and a refresh compares.</summary>
    /// <param name="isPublic">
    /// Whether the client is public. Such a client proves nothing but the key, so its refresh token is bound to this one; a confidential
    /// client may take another key, but not none (RFC 9449 section 5).
    /// </param>
    public string RowText(bool isPublic) => isPublic ? $"{Confirmation.KeyMember}:{KeyThumbprint}" : Confirmation.KeyMember;

    /// <summary>Writes the claim <c>cnf</c>.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject(Confirmation.Claim);
        json.WriteString(Confirmation.KeyMember, KeyThumbprint);
        json.WriteEndObject();
    }
}
