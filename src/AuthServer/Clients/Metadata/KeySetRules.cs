using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Metadata;

/// <summary>What a registered key set must be like: public keys only, each of a kind that the server knows.</summary>
internal static class KeySetRules
{
    // RFC 7517 section 4, RFC 7518 section 6 and RFC 8037 section 2, without what is private.
    private static readonly FrozenSet<string> Texts = new[]
    {
        "kty", "use", "alg", "kid", "x5u", "x5t", "x5t#S256", "crv", "x", "y", "n", "e",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Lists = new[] { "key_ops", "x5c" }.ToFrozenSet(StringComparer.Ordinal);

    public static void Check(JsonElement jwks, ICollection<MetadataProblem> problems)
    {
        if (!jwks.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array || keys.GetArrayLength() == 0)
        {
            problems.Add(new("jwks", "must have a member keys with at least one key (RFC 7517 section 5)"));
            return;
        }
        var index = 0;
        foreach (var key in keys.EnumerateArray())
        {
            if (ClientKey.FaultOf(key) is { } fault) problems.Add(new($"jwks.keys[{index}]", fault));
            index++;
        }
    }

    /// <summary>
    /// The key set with the members that this server knows (RFC 7517 section 4: others are ignored), as texts and lists of texts.
    /// </summary>
    /// <remarks>Rows are found by names in their text: whoever registers a client may write no names of their own there.</remarks>
    public static JsonObject Known(JsonObject jwks)
    {
        var keys = new JsonArray();
        foreach (var key in (jwks["keys"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            var known = new JsonObject();
            foreach (var (name, value) in key)
            {
                if (Texts.Contains(name) && value?.GetValueKind() == JsonValueKind.String) known[name] = value.DeepClone();
                if (Lists.Contains(name)) known[name] = TextsOf(value);
            }

            keys.Add((JsonNode)known);
        }

        return new() { ["keys"] = keys };
    }

    // Of another kind it stays as an empty list, which allows no more than it did.
    private static JsonArray TextsOf(JsonNode? value) => new(
        [.. (value as JsonArray ?? []).Where(item => item?.GetValueKind() == JsonValueKind.String).Select(item => item!.DeepClone())]);
}
