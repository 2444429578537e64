using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Protocol.Assertions;

/// <summary>Which account the subject of an assertion is.</summary>
public enum SubjectMapping
{
    /// <summary>The one with the confirmed address of the claim <c>email</c>, which the issuer has to have verified.</summary>
    Email,

    /// <summary>The one that is connected to the same subject of this provider, by a sign-in with it.</summary>
    Connection,
}

/// <summary>Whose assertions about people are taken (RFC 7523 section 3), from which clients, and for what.</summary>
public sealed record AssertionIssuer(
    string Issuer, KeyPlace Keys, SubjectMapping Subject, ImmutableArray<string> Clients, ImmutableArray<string> Scopes)
{
    private static readonly string[] Members = ["issuer", "jwks", "jwks_uri", "subject", "clients", "scopes"];

    /// <returns>The issuer, or what is wrong with it.</returns>
    public static (AssertionIssuer? Issuer, string? Fault) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return (null, "must be an object");
        if (json.EnumerateObject().Select(m => m.Name).FirstOrDefault(name => !Members.Contains(name)) is { } unknown)
        {
            return (null, $"{unknown} is none of {string.Join(", ", Members)}");
        }
        if (SignedText.Text(json, "issuer") is not { Length: > 0 } issuer) return (null, "needs issuer, a text");
        if (MappingOf(SignedText.Text(json, "subject")) is not { } subject)
        {
            return (null, $"{issuer} needs subject: email or connection");
        }

        if (KeyPlace.Read(json) is not { } keys)
        {
            return (null, $"{issuer} needs either jwks, a set of public keys, or jwks_uri, an address");
        }
        var (clients, scopes) = (Texts(json, "clients"), Texts(json, "scopes"));
        return clients.IsEmpty || scopes.IsEmpty
            ? (null, $"{issuer} needs clients and scopes, lists of texts")
            : (new(issuer, keys, subject, clients, scopes), null);
    }

    // Not Enum.TryParse, which takes numbers too.
    private static SubjectMapping? MappingOf(string? word) => word?.ToLowerInvariant() switch
    {
        "email" => SubjectMapping.Email,
        "connection" => SubjectMapping.Connection,
        _ => null,
    };

    private static ImmutableArray<string> Texts(JsonElement json, string member) =>
        json.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : [];
}
