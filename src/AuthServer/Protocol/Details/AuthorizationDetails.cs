using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;

namespace AuthServer.Protocol.Details;

/// <summary>
/// The parameter <c>authorization_details</c> (RFC 9396): what it may contain, what of it a token gets, and what it means in words.
/// </summary>
/// <remarks>Inside the server it is canonical JSON text, so that equal objects are equal texts.</remarks>
public sealed class AuthorizationDetails(DetailTypeOptions options)
{
    public const string Parameter = "authorization_details";

    /// <summary>RFC 9396 section 5.</summary>
    public const string Error = "invalid_authorization_details";

    /// <summary>In characters: the details stand in access tokens, which must fit into a header.</summary>
    private const int Longest = 4 * 1024;

    private const int Most = 10;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 10 };
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DetailTypes _types = options.ToTypes();

    /// <summary>For discovery (RFC 9396 section 10).</summary>
    public IEnumerable<string> TypeNames => _types.Names;

    /// <summary>Reads a request's details.</summary>
    /// <returns>Canonical text, or what is wrong; neither where there are none.</returns>
    public (string? Details, string? Fault) Read(RegisteredClient client, string? text)
    {
        if (string.IsNullOrEmpty(text)) return (null, null);
        if (Parse(text) is not { } list)
        {
            return (null, $"authorization_details is not a list of 1 to {Most} objects in {Longest} characters.");
        }
        foreach (var detail in list)
        {
            if (TypeOf(detail) is not { } name) return (null, "Each object of authorization_details has a type (RFC 9396 section 2).");
            // One text, whether the type is registered or not.
            if (!client.Requests.DetailTypes.Contains(name) || _types.Find(name) is not { } type)
            {
                return (null, "The client is not registered for a type that authorization_details names.");
            }
            if (!type.Admits(JsonNode.Parse(detail.GetRawText())!))
            {
                return (null, $"An object of the type {name} is not as its schema says.");
            }
            if (!type.IsShownWhole(detail))
            {
                return (null, $"An object of the type {name} cannot be shown whole: {DetailWords.Limits}.");
            }
        }

        var details = TextOf(list.Select(Canonical));
        // Characters that the text escapes make it longer than what was sent.
        return Parse(details) is null
            ? (null, $"authorization_details is longer than {Longest} characters when it is written in full.") : (details, null);
    }

    /// <summary>What a token request leaves of the details that were granted (RFC 9396 section 6.1).</summary>
    /// <param name="asked">The parameter of the token request; null: everything.</param>
    /// <returns>The rest, or what is wrong.</returns>
    public static (string? Details, string? Fault) Narrow(string? granted, string? asked)
    {
        if (string.IsNullOrEmpty(asked)) return (granted, null);
        if (Parse(asked) is not { } list) return (null, "authorization_details is not a list of objects.");
        var known = granted is null ? [] : Parse(granted)!.Select(Canonical).ToHashSet(StringComparer.Ordinal);
        var wanted = list.Select(Canonical).ToList();
        return wanted.All(known.Contains)
            ? (TextOf(wanted), null)
            : (null, "authorization_details asks for more than the person has allowed: name objects that were granted, as they were.");
    }

    /// <summary>
    /// What a token for an audience tells: objects whose <c>locations</c> name others are not for it (RFC 9396 section 2.2).
    /// </summary>
    /// <param name="client">A type that was taken from the registration is gone at once.</param>
    public string? ForToken(string? granted, RegisteredClient client, IReadOnlyCollection<string> audience)
    {
        if (granted is null) return null;
        var left = Parse(granted)!.Where(detail => TypeOf(detail) is { } type && client.Requests.DetailTypes.Contains(type)
            && _types.Find(type) is not null && IsFor(detail, audience)).Select(Canonical).ToList();
        return left.Count == 0 ? null : TextOf(left);
    }

    /// <param name="details">Canonical.</param>
    public IEnumerable<string> InWords(string details, string language) => Parse(details)!.Select(
        detail => _types.Find(TypeOf(detail)!) is { } type ? type.WordsIn(language).Of(detail) : TypeOf(detail)!);

    private static bool IsFor(JsonElement detail, IReadOnlyCollection<string> audience) =>
        !detail.TryGetProperty("locations", out var locations) || locations.ValueKind != JsonValueKind.Array
        || locations.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && audience.Contains(one.GetString()!));

    private static string? TypeOf(JsonElement detail) =>
        detail.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    private static List<JsonElement>? Parse(string text)
    {
        if (text.Length > Longest) return null;
        try
        {
            var list = JsonElement.Parse(text, Strict);
            return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= Most
                && list.EnumerateArray().All(detail => detail.ValueKind == JsonValueKind.Object && IsWellFormed(detail))
                ? [.. list.EnumerateArray()]
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Half of a surrogate pair is valid JSON and no text, and 1e400 is no number that schemas compare: reading them throws.
    private static bool IsWellFormed(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => member.Name.Length > 0 && IsWellFormed(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsWellFormed),
        JsonValueKind.String => value.GetString() is not null,
        JsonValueKind.Number => value.TryGetDecimal(out _),
        _ => true,
    };

    private static string TextOf(IEnumerable<string> objects) => "[" + string.Join(',', objects) + "]";

    private static string Canonical(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain)) Write(json, value);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
