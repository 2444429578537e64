using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.Protocol.Claims;

/// <summary>The <c>claims</c> parameter (OpenID Connect Core 5.5): claims asked for one by one.</summary>
public sealed record RequestedClaims(
    ImmutableArray<string> UserInfo, ImmutableArray<string> IdToken, string? Subject, ImmutableArray<string> EssentialAcr)
{
    /// <summary>Of the parameter, in characters.</summary>
    public const int Longest = 4096;

    private const int LongestKept = 16 * 1024;

    public static RequestedClaims None { get; } = new([], [], null, []);

    /// <summary>Every claim about a person that can be asked for (OpenID Connect Core 5.1), and those about the sign-in.</summary>
    public static ImmutableArray<string> Supported { get; } =
    [
        "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
        "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address",
        "updated_at", "roles", "groups", "auth_time", "acr", "amr", "sid",
    ];

    /// <returns>Null when the text is not what section 5.5 describes.</returns>
    public static RequestedClaims? Parse(string? text) => Parse(text, Longest, depth: 8);

    /// <summary>From what a session keeps, which has the authorization details (RFC 9396) beside the claims.</summary>
    public static RequestedClaims OfSession(string? text) => Parse(text, LongestKept, depth: 16) ?? None;

    private static RequestedClaims? Parse(string? text, int longest, int depth)
    {
        if (string.IsNullOrEmpty(text)) return None;
        if (text.Length > longest) return null;
        try
        {
            if (JsonNode.Parse(text, documentOptions: new() { MaxDepth = depth }) is not JsonObject root) return null;
            if (Members(root, "userinfo") is not { } userInfo || Members(root, "id_token") is not { } idToken) return null;
            var subject = (idToken["sub"] ?? userInfo["sub"]) is JsonObject sub ? Text(sub["value"]) : null;
            return new(Known(userInfo), Known(idToken), subject, EssentialAcrOf(idToken["acr"]));
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a member that stands twice.
            return null;
        }
    }

    private static JsonObject? Members(JsonObject root, string name) => root[name] switch
    {
        null => [],
        JsonObject members when members.All(m => m.Value is null or JsonObject) => members,
        _ => null,
    };

    // Section 5.5: claims that are not understood are ignored.
    private static ImmutableArray<string> Known(JsonObject members) => [.. members.Select(m => m.Key).Where(Supported.Contains)];

    private static ImmutableArray<string> EssentialAcrOf(JsonNode? acr)
    {
        if (acr is not JsonObject asked || asked["essential"]?.GetValueKind() != JsonValueKind.True) return [];
        if (Text(asked["value"]) is { } one) return [one];
        return asked["values"] is JsonArray several ? [.. several.Select(Text).OfType<string>()] : [];
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
