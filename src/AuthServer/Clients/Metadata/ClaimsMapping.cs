using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.Scopes;

namespace AuthServer.Clients.Metadata;

/// <summary>Where a claim is told.</summary>
[Flags]
public enum ClaimPlaces
{
    None = 0,
    IdToken = 1,
    UserInfo = 2,
    AccessToken = 4,
}

/// <summary>A claim that the operator lets a client have under a name of its own.</summary>
/// <param name="Source">The claim of the person that it says the same as; null: it is a constant.</param>
/// <param name="Value">The constant.</param>
/// <param name="Scope">With which alone it is told; null: always, as far as the source is granted.</param>
public sealed record MappedClaim(string Claim, string? Source, JsonElement? Value, string? Scope, ClaimPlaces Places);

/// <summary>Reads the member <c>claims_mapping</c>, which an operator writes, and states its rules.</summary>
/// <remarks>A mapping gives names and no rights: what a person has not granted is not told under another name either.</remarks>
internal static class ClaimsMapping
{
    public const string Member = "claims_mapping";

    private const int Most = 30, LongestName = 100, LongestText = 200, MostItems = 20;

    private const string Claim = "claim", Source = "source", Value = "value", Scope = "scope", In = "in";

    /// <summary>What a claim may be taken from: the claims about a person, each granted by its scope; a test compares them.</summary>
    public static readonly FrozenSet<string> Sources = new[]
    {
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender",
        "birthdate", "zoneinfo", "locale", "updated_at", "email", "email_verified", "phone_number", "phone_number_verified", "address",
        ScopeNames.Roles, ScopeNames.Groups,
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly (string Name, ClaimPlaces Place)[] Places =
        [("id_token", ClaimPlaces.IdToken), ("userinfo", ClaimPlaces.UserInfo), ("access_token", ClaimPlaces.AccessToken)];

    private static readonly string AllPlaces = string.Join(", ", Places.Select(known => known.Name));

    // RFC 7519, RFC 7662, RFC 7800, RFC 8693, RFC 9068, RFC 9396, OpenID Connect Core: claims by which a token is what it is. A JavaScript
    // object is another one with the last three.
    private static readonly FrozenSet<string> OfTokens = new[]
    {
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "at_hash", "c_hash", "s_hash", "azp", "acr", "amr", "auth_time", "sid",
        "act", "may_act", "cnf", "scope", "scp", "client_id", "authorization_details", "events", "active", "username", "token_type",
        "token_usage", "token_introspection", "typ", "vot", "vtm", "sub_id", "sub_jwk", "toe", "txn", "_claim_names", "_claim_sources",
        "__proto__", "constructor", "prototype",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Relying parties take these for proven.
    private static readonly FrozenSet<string> Proven = new[] { "email", "email_verified", "phone_number", "phone_number_verified" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Resource servers take these for rights (RFC 9068 section 2.2.3.1), and people write most of their profile themselves.
    private static readonly FrozenSet<string> Rights =
        new[] { ScopeNames.Roles, ScopeNames.Groups, "entitlements" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static ImmutableArray<MappedClaim> Read(JsonElement json, ICollection<MetadataProblem> problems)
    {
        if (!json.TryGetProperty(Member, out var list)) return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > Most)
        {
            problems.Add(new(Member, $"must be a list of 1 to {Most} objects"));
            return [];
        }

        var mapped = ImmutableArray.CreateBuilder<MappedClaim>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var (path, found) = ($"{Member}[{index++}]", new List<MetadataProblem>());
            if (item.ValueKind != JsonValueKind.Object) problems.Add(new(path, "must be an object"));
            else if (ReadOne(item, found) is { } claim && found.Count == 0)
            {
                if (mapped.Any(other => other.Claim == claim.Claim && (other.Places & claim.Places) != 0))
                {
                    found.Add(new(Claim, $"stands twice in one place: {claim.Claim}"));
                }
                mapped.Add(claim);
            }
            foreach (var problem in found) problems.Add(problem with { Path = $"{path}.{problem.Path}" });
        }

        return mapped.ToImmutable();
    }

    private static MappedClaim? ReadOne(JsonElement item, List<MetadataProblem> problems)
    {
        var names = item.EnumerateObject().Select(member => member.Name);
        if (names.FirstOrDefault(name => name is not (Claim or Source or Value or Scope or In)) is { } unknown)
        {
            problems.Add(new(unknown, $"is not a member of a mapped claim: {Claim}, {Source} or {Value}, {Scope}, {In}"));
            return null;
        }

        var read = new JsonMembers(item, problems);
        var (claim, source) = (read.Text(Claim, LongestName), read.Text(Source, LongestName));
        JsonElement? value = item.TryGetProperty(Value, out var constant) ? constant.Clone() : null;
        if (claim is null) problems.Add(new(Claim, "must be the name of the claim"));
        else if (FaultOf(claim, source) is { } fault) problems.Add(new(Claim, fault));
        if ((source is null) == (value is null)) problems.Add(new(Source, $"must stand, or {Value} in its place, and not both"));
        else if (source is not null && !Sources.Contains(source))
        {
            problems.Add(new(Source, $"must be one of {string.Join(", ", Sources.Order(StringComparer.Ordinal))}"));
        }
        else if (value is { } given && !IsConstant(given))
        {
            problems.Add(new(Value, $"must be a text of up to {LongestText} characters, a whole number, true or false, or a list of up to "
                + $"{MostItems} such texts"));
        }

        return new(claim ?? "", source, value, read.Text(Scope, 200), ReadPlaces(read, problems));
    }

    private static string? FaultOf(string claim, string? source)
    {
        // Names such as https://example.com/claims/team too; none that ends a text, a path or a line somewhere.
        if (!claim.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/'))
        {
            return "must consist of letters, digits and _ - . : /";
        }
        if (OfTokens.Contains(claim) || claim.StartsWith("oi_", StringComparison.OrdinalIgnoreCase))
        {
            return $"{claim} is written by the server alone";
        }
        if (Proven.Contains(claim)) return $"{claim} is told by the scope of its name alone, because apps take it for proven";
        return Rights.Contains(claim) && source is not (null or ScopeNames.Roles or ScopeNames.Groups)
            ? $"{claim} gives rights, so it must be a {Value} or taken from {ScopeNames.Roles}: people write their profile themselves"
            : null;
    }

    private static ClaimPlaces ReadPlaces(JsonMembers read, List<MetadataProblem> problems)
    {
        if (read.TextList(In) is not { } names) return ClaimPlaces.IdToken | ClaimPlaces.UserInfo;
        var places = ClaimPlaces.None;
        foreach (var name in names)
        {
            var place = Places.FirstOrDefault(known => known.Name == name).Place;
            if (place == ClaimPlaces.None) problems.Add(new(In, $"is no place, choose from {AllPlaces}: {name}"));
            places |= place;
        }

        if (names.IsEmpty) problems.Add(new(In, "must name a place"));
        return places;
    }

    private static bool IsConstant(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetInt64(out _),
        JsonValueKind.String => IsText(value),
        JsonValueKind.Array => value.GetArrayLength() <= MostItems
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && IsText(item)),
        _ => false,
    };

    private static bool IsText(JsonElement value) =>
        value.GetString() is { Length: > 0 and <= LongestText } text && !text.Any(char.IsControl);
}
