using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.Protocol.Token;

/// <summary>Chains of those who act for a person (RFC 8693 section 4.1): the newest outside, the former ones inside.</summary>
public static class Delegations
{
    public const string Claim = "act";

    /// <summary>RFC 8693 section 4.4.</summary>
    public const string PermissionClaim = "may_act";

    /// <summary>A token that has passed through more hands is a loop, or a design that nobody understands.</summary>
    public const int Most = 4;

    /// <param name="actor">Who acts with the new token.</param>
    /// <param name="before">Who acted with the exchanged one.</param>
    public static JsonElement Of(string actor, JsonElement? before)
    {
        var act = new JsonObject { [ClaimNames.Subject] = actor };
        if (before is { } inner) act[Claim] = JsonObject.Create(inner);
        return JsonSerializer.SerializeToElement(act);
    }

    public static int DepthOf(JsonElement? chain)
    {
        var depth = 0;
        for (var act = chain; act is { ValueKind: JsonValueKind.Object } one; depth++)
        {
            act = one.TryGetProperty(Claim, out var inner) ? inner : null;
        }

        return depth;
    }
}
