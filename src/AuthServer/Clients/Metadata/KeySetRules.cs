using System.Text.Json;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Metadata;

/// <summary>What a registered key set must be like: public keys only, each of a kind that the server knows.</summary>
internal static class KeySetRules
{
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
}
