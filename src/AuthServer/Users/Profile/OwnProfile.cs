using System.Collections.Frozen;
using System.Text.Json.Nodes;
using AuthServer.Data.Entities;

namespace AuthServer.Users.Profile;

/// <summary>The claims that people say about themselves, as texts by name.</summary>
/// <remarks>
/// Not among them: e-mail address and its confirmation, which are a way in; <c>name</c>, which follows from the parts; and
/// <c>preferred_username</c> and <c>profile</c>, by which some apps know people: one person could take the look of another.
/// </remarks>
public static class OwnProfile
{
    public const string GivenName = "given_name", MiddleName = "middle_name", FamilyName = "family_name", Nickname = "nickname";
    public const string Birthdate = "birthdate", Gender = "gender", Picture = "picture", Website = "website";
    public const string PhoneNumber = "phone_number", Locale = "locale", TimeZone = "zoneinfo";
    public const string Street = "street_address", Locality = "locality", Region = "region", PostalCode = "postal_code";
    public const string Country = "country";

    private const string Address = "address";

    /// <summary>Members of the claim <c>address</c> (OpenID Connect Core 5.1.1).</summary>
    public static readonly IReadOnlyList<string> AddressMembers = [Street, Locality, Region, PostalCode, Country];

    /// <summary>Every name that a person may write.</summary>
    public static readonly IReadOnlyList<string> Members =
    [
        GivenName, MiddleName, FamilyName, Nickname, Birthdate, Gender, Picture, Website, PhoneNumber, Locale, TimeZone, .. AddressMembers,
    ];

    /// <summary>What the account has now; a member without a value is missing.</summary>
    public static IReadOnlyDictionary<string, string> Of(User user)
    {
        var claims = StandardClaims.Stored(user.Claims);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (user.FirstName is { Length: > 0 } first) values[GivenName] = first;
        if (user.LastName is { Length: > 0 } last) values[FamilyName] = last;
        foreach (var member in Members.Except(AddressMembers)) Add(claims, member);
        if (claims[Address] is JsonObject address)
        {
            foreach (var member in AddressMembers) Add(address, member);
        }

        return values;

        void Add(JsonObject from, string member)
        {
            if (from[member] is JsonValue value && value.TryGetValue<string>(out var text)) values.TryAdd(member, text);
        }
    }

    /// <summary>The column <c>claims</c> with these values in place of those of today; null for no claims.</summary>
    internal static string? ClaimsOf(User user, IReadOnlyDictionary<string, string?> changed)
    {
        var claims = StandardClaims.Stored(user.Claims);
        foreach (var (member, value) in changed)
        {
            if (member is GivenName or FamilyName || AddressMembers.Contains(member)) continue;
            Set(claims, member, value);
        }

        // What followed from the former value is not known of the new one.
        if (changed.Keys.Any(PartsOfName.Contains)) claims.Remove("name");
        if (changed.ContainsKey(PhoneNumber)) claims.Remove("phone_number_verified");
        if (changed.Keys.Any(AddressMembers.Contains))
        {
            var address = claims[Address] as JsonObject ?? [];
            address.Remove("formatted");
            foreach (var member in AddressMembers.Where(changed.ContainsKey)) Set(address, member, changed[member]);
            if (address.Count == 0) claims.Remove(Address);
            else if (address.Parent is null) claims[Address] = address;
        }

        return claims.Count == 0 ? null : claims.ToJsonString();
    }

    private static readonly FrozenSet<string> PartsOfName =
        new[] { GivenName, MiddleName, FamilyName }.ToFrozenSet(StringComparer.Ordinal);

    private static void Set(JsonObject into, string member, string? value)
    {
        if (value is null) into.Remove(member);
        else into[member] = value;
    }
}
