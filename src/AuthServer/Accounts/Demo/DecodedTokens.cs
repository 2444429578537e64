using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuthServer.Ui.Demo;

namespace AuthServer.Accounts.Demo;

/// <summary>Opens a signed JWT to look at (RFC 7515 section 3.1); nothing is verified.</summary>
internal static class DecodedTokens
{
    // The page encodes for HTML.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static (DecodedToken Shown, JsonElement Claims) Decode(string token)
    {
        if (token.Split('.') is not [var header, var payload, _]) throw new FormatException("The token is not a signed JWT.");
        var claims = Part(payload);
        return (new(JsonSerializer.Serialize(Part(header), Readable), JsonSerializer.Serialize(claims, Readable)), claims);
    }

    private static JsonElement Part(string text) => JsonElement.Parse(Base64Url.DecodeFromChars(text));
}
