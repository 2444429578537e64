using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Data.Entities;

namespace AuthServer.Users.Profile;

/// <summary>The standard claims about a person (OpenID Connect Core 5.1): which there are, their types, and a user's values.</summary>
/// <remarks>
/// Names, e-mail and updated_at are columns; roles and groups are rows of their own; the others are members of the JSON object in
/// <see cref="User.Claims"/>.
/// </remarks>
public static class StandardClaims
{
    private enum Form
    {
        Text,
        Truth,
        Seconds,
        Address,

        /// <summary>Never stored as a claim: the roles of the account say it.</summary>
        Roles,
    }

    public const string RoleClaim = "roles", GroupClaim = "groups";

    private const int LongestText = 2048;
    private const long LastSecond = 253402300799; // 9999-12-31T23:59:59Z, the last that a DateTime holds

    // OpenID Connect Core 5.1 (types) and 5.4 (the scope that asks for each).
    private static readonly FrozenDictionary<string, (string Scope, Form Form)> Known = new Dictionary<string, (string, Form)>
    {
        ["name"] = ("profile", Form.Text),
        ["given_name"] = ("profile", Form.Text),
        ["family_name"] = ("profile", Form.Text),
        ["middle_name"] = ("profile", Form.Text),
        ["nickname"] = ("profile", Form.Text),
        ["preferred_username"] = ("profile", Form.Text),
        ["profile"] = ("profile", Form.Text),
        ["picture"] = ("profile", Form.Text),
        ["website"] = ("profile", Form.Text),
        ["gender"] = ("profile", Form.Text),
        ["birthdate"] = ("profile", Form.Text),
        ["zoneinfo"] = ("profile", Form.Text),
        ["locale"] = ("profile", Form.Text),
        ["updated_at"] = ("profile", Form.Seconds),
        ["email"] = ("email", Form.Text),
        ["email_verified"] = ("email", Form.Truth),
        ["phone_number"] = ("phone", Form.Text),
        ["phone_number_verified"] = ("phone", Form.Truth),
        ["address"] = ("address", Form.Address),
        // RFC 9068 section 2.2.3.1, after RFC 7643; each has a scope of its name.
        [RoleClaim] = (RoleClaim, Form.Roles),
        [GroupClaim] = (GroupClaim, Form.Roles),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Scopes = Known.Values.Select(known => known.Scope).ToFrozenSet(StringComparer.Ordinal);

    // Kept in columns of the user, so that there is one truth.
    private static readonly FrozenSet<string> Columns =
        new[] { "given_name", "family_name", "email", "email_verified", "updated_at" }.ToFrozenSet(StringComparer.Ordinal);

    // OpenID Connect Core 5.1.1
    private static readonly FrozenSet<string> AddressMembers =
        new[] { "formatted", "street_address", "locality", "region", "postal_code", "country" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The scope whose grant includes a claim; null for a claim that no scope includes.</summary>
    public static string? ScopeOf(string claim) => Known.TryGetValue(claim, out var found) ? found.Scope : null;

    /// <summary>Whether a scope includes claims about a person.</summary>
    public static bool IsScope(string scope) => Scopes.Contains(scope);

    /// <summary>Every claim that the user has, each of the type that the standard gives it; <c>sub</c> is the protocol's.</summary>
    public static JsonObject Of(User user)
    {
        var claims = Stored(user.Claims);
        Put(claims, "given_name", user.FirstName);
        Put(claims, "family_name", user.LastName);
        if (!claims.ContainsKey("name"))
        {
            Put(claims, "name", string.Join(' ', new[] { user.FirstName, user.LastName }.Where(n => !string.IsNullOrWhiteSpace(n))));
        }
        claims["email"] = user.Email;
        claims["email_verified"] = user.EmailConfirmed;
        if (user.UpdatedAt is { } updated) claims["updated_at"] = new DateTimeOffset(updated, TimeSpan.Zero).ToUnixTimeSeconds();
        return claims;
    }

    /// <summary>The language that the person has chosen; null: none.</summary>
    public static string? LocaleOf(User user) => (string?)Stored(user.Claims)["locale"];

    /// <summary>What is wrong with claims that are to be stored: the claim's name and the cure; empty when nothing is.</summary>
    /// <param name="email">The address of the account, which the claim <c>email</c> may only repeat.</param>
    public static IReadOnlyDictionary<string, string> Validate(JsonObject claims, string? email = null)
    {
        var problems = new Dictionary<string, string>();
        foreach (var (name, value) in claims)
        {
            if (!Known.TryGetValue(name, out var known)) problems[name] = Unknown(name);
            else if (!HasForm(value, known.Form)) problems[name] = Expectation(known.Form);
            else if (name is "given_name" or "family_name" && value!.GetValue<string>().Length > PersonName.MaxLength)
                problems[name] = $"must be a text of at most {PersonName.MaxLength} characters";
            else if (name == "email" && email is not null && value!.GetValue<string>() != email)
            {
                problems[name] = "differs from the address of the account";
            }
        }

        return problems;
    }

    /// <summary>Replaces the stored claims of a user by valid ones; <c>email</c> itself is set with the account, not here.</summary>
    public static void Replace(User user, JsonObject claims)
    {
        if (claims["given_name"] is { } given) user.FirstName = PersonName.Clean(given.GetValue<string>());
        if (claims["family_name"] is { } family) user.LastName = PersonName.Clean(family.GetValue<string>());
        if (claims["email_verified"] is { } verified) user.EmailConfirmed = verified.GetValue<bool>();
        if (Seconds(claims["updated_at"]) is { } updated) user.UpdatedAt = DateTimeOffset.FromUnixTimeSeconds(updated).UtcDateTime;
        var kept = Copy(claims.Where(c => !Columns.Contains(c.Key)));
        user.Claims = kept.Count == 0 ? null : kept.ToJsonString();
    }

    // Another SQL client may have written anything into the column: what is no claim of the right type is not told to apps.
    internal static JsonObject Stored(string? json)
    {
        if (string.IsNullOrEmpty(json)) return [];
        try
        {
            return JsonNode.Parse(json) is JsonObject stored
                ? Copy(stored.Where(c => !Columns.Contains(c.Key) && Known.TryGetValue(c.Key, out var known)
                    && HasForm(c.Value, known.Form)))
                : [];
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return [];
        }
    }

    private static JsonObject Copy(IEnumerable<KeyValuePair<string, JsonNode?>> claims) =>
        new(claims.Select(c => KeyValuePair.Create(c.Key, c.Value?.DeepClone())));

    private static void Put(JsonObject claims, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value)) claims[name] = value;
    }

    private static string Unknown(string name) =>
        name == "sub" ? "is not set as a claim: the server chooses it" : "is not a standard claim (OpenID Connect Core 5.1)";

    private static string Expectation(Form form) => form switch
    {
        Form.Truth => "must be true or false",
        Form.Seconds => "must be a whole number of seconds since 1970",
        Form.Roles => "is not set as a claim: the roles of the account say it",
        Form.Address => $"must be an object of texts with the members {string.Join(", ", AddressMembers.Order())}",
        _ => $"must be a text of at most {LongestText} characters",
    };

    private static bool HasForm(JsonNode? value, Form form) => form switch
    {
        Form.Truth => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        Form.Seconds => Seconds(value) is not null,
        Form.Roles => false,
        Form.Address => value is JsonObject address && address.All(m => AddressMembers.Contains(m.Key) && HasForm(m.Value, Form.Text)),
        _ => value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= LongestText },
    };

    private static long? Seconds(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond
            ? seconds
            : null;
}
