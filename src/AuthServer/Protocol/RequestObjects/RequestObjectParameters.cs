using System.Text.Json;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.RequestObjects;

/// <summary>The claims of a request object as the parameters of a request (RFC 9101 section 4).</summary>
internal static class RequestObjectParameters
{
    // About the object, and not of the request.
    private static readonly string[] OfJwt = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

    // Their values are JSON, which a request outside of an object has as text.
    private static readonly string[] OfJson = [Parameters.Claims, "authorization_details", "registration"];

    /// <returns>Null where a value is of a kind that no parameter has.</returns>
    public static Dictionary<string, string[]>? Of(JsonElement claims)
    {
        var parameters = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var claim in claims.EnumerateObject().Where(claim => !OfJwt.Contains(claim.Name)))
        {
            // RFC 8259 section 4 leaves open which of two members of one name counts; others may take the other one.
            if (ValuesOf(claim) is not { } values || !parameters.TryAdd(claim.Name, values)) return null;
        }

        return parameters;
    }

    private static string[]? ValuesOf(JsonProperty claim) => claim.Value.ValueKind switch
    {
        JsonValueKind.String => [claim.Value.GetString()!],
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => [claim.Value.GetRawText()],
        JsonValueKind.Object or JsonValueKind.Array when OfJson.Contains(claim.Name) => [claim.Value.GetRawText()],
        // RFC 8707 section 2: resource may stand several times, which in JSON is a list.
        JsonValueKind.Array when claim.Name == Parameters.Resource
            && claim.Value.EnumerateArray().All(value => value.ValueKind == JsonValueKind.String) =>
            [.. claim.Value.EnumerateArray().Select(value => value.GetString()!)],
        _ => null,
    };
}
