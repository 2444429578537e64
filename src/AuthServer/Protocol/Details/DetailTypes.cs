using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace AuthServer.Protocol.Details;

/// <summary>A type of authorization details that the operator has registered (RFC 9396 section 2.1).</summary>
/// <param name="Schema">What an object of the type must be like.</param>
/// <param name="Words">What the consent page says of it, by language; English is always there.</param>
public sealed record DetailType(string Name, JsonSchema Schema, FrozenDictionary<string, DetailWords> Words)
{
    private static readonly EvaluationOptions YesOrNo = new() { OutputFormat = OutputFormat.Flag };

    public bool Admits(JsonNode detail) => Schema.Evaluate(detail, YesOrNo).IsValid;

    /// <summary>Whether the words of every language tell all of what they are about.</summary>
    public bool IsShownWhole(JsonElement detail) => Words.Values.All(words => words.ShowWhole(detail));

    /// <param name="language">BCP 47, such as pt-BR.</param>
    public DetailWords WordsIn(string language) =>
        Words.GetValueOrDefault(language) ?? Words.GetValueOrDefault(language.Split('-')[0]) ?? Words[DetailTypes.English];
}

/// <summary>The registered types, by name.</summary>
public sealed class DetailTypes
{
    internal const string English = "en";

    private const int LongestName = 100, LongestWords = 500;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private static readonly string[] OfOthers =
        ["additionalProperties", "unevaluatedProperties", "patternProperties", "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if"];

    private readonly FrozenDictionary<string, DetailType> _byName;

    private DetailTypes(IEnumerable<DetailType> types) => _byName = types.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    public static DetailTypes None { get; } = new([]);

    /// <summary>In an order that every replica has.</summary>
    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public DetailType? Find(string name) => _byName.GetValueOrDefault(name);

    /// <returns>The types, or what is wrong with the text.</returns>
    public static (DetailTypes Types, string? Fault) Read(string json)
    {
        try
        {
            var list = JsonElement.Parse(json, Strict);
            if (list.ValueKind != JsonValueKind.Array) return (None, "it is not a list");
            var types = new List<DetailType>();
            foreach (var item in list.EnumerateArray())
            {
                var (type, fault) = ReadOne(item);
                if (type is null) return (None, $"entry {types.Count + 1}: {fault}");
                if (types.Any(known => known.Name == type.Name)) return (None, $"the type {type.Name} stands twice");
                types.Add(type);
            }

            return (new(types), null);
        }
        catch (JsonException error)
        {
            return (None, $"it is not JSON: {error.Message}");
        }
    }

    // RFC 9396 section 5: an object with unknown members is refused. A schema that lists members and says nothing of others means these
    // alone; one that is put together of several says it itself.
    private static void Close(JsonNode? schema)
    {
        if (schema is not JsonObject known) return;
        Close(known["items"]);
        if (known["properties"] is not JsonObject members) return;
        foreach (var (_, member) in members) Close(member);
        if (!known.Any(keyword => OfOthers.Contains(keyword.Key))) known["additionalProperties"] = false;
    }

    private static (DetailType? Type, string? Fault) ReadOne(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object) return (null, "it is not an object");
        if (!item.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
            || type.GetString() is not { Length: > 0 and <= LongestName } name)
        {
            return (null, $"type must be a text of 1 to {LongestName} characters");
        }
        if (!item.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            return (null, "schema must be a JSON schema");
        }
        if (!item.TryGetProperty("words", out var words) || words.ValueKind != JsonValueKind.Object
            || words.EnumerateObject().Any(word => word.Value.ValueKind != JsonValueKind.String
                || word.Value.GetString() is not { Length: > 0 and <= LongestWords })
            || !words.TryGetProperty(English, out _))
        {
            return (null, $"words must have texts of 1 to {LongestWords} characters by language, one of them {English}");
        }

        try
        {
            var rules = JsonNode.Parse(schema.GetRawText())!;
            // Each object has one, and it has been compared.
            if (rules["properties"] is JsonObject members) members.TryAdd("type", true);
            Close(rules);
            var read = JsonSchema.FromText(rules.ToJsonString());
            // References and patterns that cannot be used fail here and not at the first request.
            read.Evaluate(new JsonObject { ["type"] = name });
            return (new(name, read, words.EnumerateObject().ToFrozenDictionary(
                word => word.Name, word => new DetailWords(word.Value.GetString()!), StringComparer.OrdinalIgnoreCase)), null);
        }
        catch (Exception error) when (error is JsonException or JsonSchemaException or RefResolutionException or ArgumentException)
        {
            return (null, $"the schema cannot be used: {error.Message}");
        }
    }
}
