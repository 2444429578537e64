using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.JsonApi;

/// <summary>Reads JSON objects of others whose members are judged one by one.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = JsonBody.MaxDepth };

    /// <returns>Null for what is no object, too deep, or has a member twice or a text that is none.</returns>
    public static JsonObject? ReadObject(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes, null, Strict) is JsonObject found && IsOfTexts(found) ? found : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    // Half of a surrogate pair is valid JSON and no text; reading it throws.
    private static bool IsOfTexts(JsonNode? node) => node switch
    {
        JsonObject members => members.All(member => IsOfTexts(member.Value)),
        JsonArray items => items.All(IsOfTexts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is not null,
        _ => true,
    };
}
