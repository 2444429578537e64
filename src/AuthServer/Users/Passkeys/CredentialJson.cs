using System.Buffers.Text;
using System.Text.Json;

namespace AuthServer.Users.Passkeys;

/// <summary>What the answer of a browser says of an authenticator, beside what is verified of it.</summary>
internal static class CredentialJson
{
    private const int AaguidOffset = 37;
    private const int AaguidSize = 16;

    // WebAuthn Level 3 section 4, credential ID.
    private const int LongestId = 1023;

    /// <summary>What the authenticator calls the passkey; null where the answer names none.</summary>
    public static byte[]? IdOf(string credentialJson)
    {
        try
        {
            using var credential = JsonDocument.Parse(credentialJson);
            var id = Base64Url.DecodeFromChars(credential.RootElement.GetProperty("id").GetString());
            return id.Length is > 0 and <= LongestId ? id : null;
        }
        catch (Exception exception)
            when (exception is FormatException or InvalidOperationException or KeyNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The AAGUID in a registration whose signatures were checked already (WebAuthn Level 3 section 6.5.1).</summary>
    public static Guid? AaguidOf(string credentialJson)
    {
        try
        {
            using var credential = JsonDocument.Parse(credentialJson);
            var response = credential.RootElement.GetProperty("response");
            if (!response.TryGetProperty("authenticatorData", out var text) || text.GetString() is not { } encoded) return null;
            var data = Base64Url.DecodeFromChars(encoded);
            if (data.Length < AaguidOffset + AaguidSize) return null;
            var id = new Guid(data.AsSpan(AaguidOffset, AaguidSize), bigEndian: true);
            return id == Guid.Empty ? null : id;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
