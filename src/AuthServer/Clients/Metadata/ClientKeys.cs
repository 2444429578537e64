using System.Text.Json;

namespace AuthServer.Clients.Metadata;

/// <summary>The key set with which a client signs its assertions: public keys only, of kinds that the server verifies.</summary>
internal static class ClientKeys
{
    // RFC 7518 section 6: members that hold private or symmetric key material.
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

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
            if (Fault(key) is { } fault) problems.Add(new($"jwks.keys[{index}]", fault));
            index++;
        }
    }

    private static string? Fault(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object) return "must be an object";
        if (PrivateMembers.Any(m => key.TryGetProperty(m, out _)))
        {
            return "contains a private key: register the public part, and replace this key, which has left its owner";
        }
        return Text(key, "kty") switch
        {
            "RSA" when Text(key, "n") is { Length: >= 342 } && Text(key, "e") is not null => null,
            "RSA" => "must have n (2048 bits or more) and e",
            "EC" when Text(key, "crv") is "P-256" or "P-384" or "P-521" && Text(key, "x") is not null && Text(key, "y") is not null => null,
            "EC" => "must have crv (P-256, P-384 or P-521), x and y",
            _ => "must have kty RSA or EC",
        };
    }

    private static string? Text(JsonElement key, string member) =>
        key.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
