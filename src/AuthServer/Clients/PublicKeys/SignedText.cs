using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AuthServer.Clients.PublicKeys;

/// <summary>A JWT that a client has signed, taken apart and not verified yet (RFC 7515 section 7.1).</summary>
public sealed class SignedText
{
    // The base64url decoder skips white space, which a compact serialization must not contain (RFC 7515 section 2).
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // RFC 7515 section 4 and RFC 7519 section 4: which of two members with one name counts would be a matter of the parser.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SignedText(JsonElement header, JsonElement payload, byte[] signed, byte[] signature) =>
        (Header, Payload, _signed, _signature) = (header, payload, signed, signature);

    public JsonElement Header { get; }

    public JsonElement Payload { get; }

    /// <summary>Empty where the header names none.</summary>
    public string Algorithm => Text(Header, "alg") ?? "";

    public string? KeyId => Text(Header, "kid");

    internal ReadOnlySpan<byte> Signed => _signed;

    internal ReadOnlySpan<byte> Signature => _signature;

    /// <returns>
    /// Null for anything else than three parts of base64url, the first two of which are JSON objects of well-formed texts.
    /// </returns>
    public static SignedText? Read(string text, int longest)
    {
        if (text.Length > longest || text.AsSpan().ContainsAnyExcept(Letters)) return null;
        if (text.Split('.') is not [{ Length: > 0 } header, { Length: > 0 } payload, { Length: > 0 } signature]) return null;
        if (!Base64Url.IsValid(signature)) return null;
        try
        {
            var (head, body) = (JsonElement.Parse(Base64Url.DecodeFromChars(header), Strict),
                JsonElement.Parse(Base64Url.DecodeFromChars(payload), Strict));
            if (!IsObjectOfTexts(head) || !IsObjectOfTexts(body)) return null;
            return new(head, body, Encoding.ASCII.GetBytes(text, 0, text.LastIndexOf('.')), Base64Url.DecodeFromChars(signature));
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, which is valid JSON and no text.
            return null;
        }
    }

    /// <summary>A member of the header or the payload; null where it is absent or no text.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether each text in it, at any depth, can be read.</summary>
    /// <exception cref="InvalidOperationException">A text or a name holds half of a surrogate pair.</exception>
    internal static bool IsObjectOfTexts(JsonElement json) => json.ValueKind == JsonValueKind.Object && HasTexts(json);

    private static bool HasTexts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString() is not null,
        JsonValueKind.Array => json.EnumerateArray().All(HasTexts),
        JsonValueKind.Object => json.EnumerateObject().All(member => member.Name is not null && HasTexts(member.Value)),
        _ => true,
    };
}
