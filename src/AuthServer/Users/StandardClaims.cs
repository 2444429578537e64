using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Data.Entities;

namespace AuthServer.Users;

/// <summary>The standard claims about a person (OpenID Connect Core 5.1): which there are, their types, and a user's values.</summary>
/// <remarks>Names, e-mail and updated_at are columns; the others are members of the JSON object in <see cref="User.Claims"/>.</remarks>
public static class StandardClaims
{
    private enum Form
    {
        Text,
        Truth,
        Address,
    }

    private const int LongestText = 2048;

    // OpenID Connect Core 5.1 (types) and 5.4 (the scope that asks for each).
    private static readonly FrozenDictionary<string, (string Scope, Form Form)> Known = new Dictionary<string, (string, Form)>
    {
        ["name"] = ("profile", Form.Text),
        ["given_name"] = ("profile", Form.Text),
        ["family_name"] = ("profile", Form.Text),
        ["email_verified"] = ("email", Form.Truth),
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
        ["phone_number"] = ("phone", Form.Text),
        ["phone_number_verified"] = ("phone", Form.Truth),
        ["address"] = ("address", Form.Address),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> AddressMembers =
        new[] { "formatted", "street_address", "locality", "region", "postal_code", "country" }.ToFrozenSet();

    /// <summary>The scope whose grant includes a claim; null for a claim that no scope includes.</summary>
    public static string? ScopeOf(string claim) => claim switch
    {
        "updated_at" => "profile",
        "email" => "email",
        _ => Known.TryGetValue(claim, out var found) ? found.Scope : null,
    };

    /// <summary>Every claim that the user has, each of the type that the standard gives it.</summary>
    public static JsonObject Of(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var claims = user.Claims is { Length: > 0 } json ? JsonNode.Parse(json)!.AsObject() : [];
        if (user.FirstName is not null) claims["given_name"] = user.FirstName;
        if (user.LastName is not null) claims["family_name"] = user.LastName;
        if (!claims.ContainsKey("name") && FullName(user) is { Length: > 0 } name) claims["name"] = name;
        claims["email"] = user.Email;
        claims["email_verified"] = user.EmailConfirmed;
        if (user.UpdatedAt is { } updated) claims["updated_at"] = new DateTimeOffset(updated, TimeSpan.Zero).ToUnixTimeSeconds();
        return claims;
    }

    /// <summary>What is wrong with claims that are to be stored: the claim's name and the cure; empty when nothing is.</summary>
    public static IReadOnlyDictionary<string, string> Validate(JsonObject claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var problems = new Dictionary<string, string>();
        foreach (var (name, value) in claims)
        {
            if (!Known.TryGetValue(name, out var known)) problems[name] = Unknown(name);
            else if (!HasForm(value, known.Form)) problems[name] = Expectation(known.Form);
        }

        return problems;
    }

    /// <summary>Stores validated claims in place of those that the user had; names and email_verified go to their columns.</summary>
    public static void Replace(User user, JsonObject claims)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(claims);
        var kept = claims.DeepClone().AsObject();
        if (kept.Remove("given_name", out var first)) user.FirstName = first!.GetValue<string>();
        if (kept.Remove("family_name", out var last)) user.LastName = last!.GetValue<string>();
        if (kept.Remove("email_verified", out var verified)) user.EmailConfirmed = verified!.GetValue<bool>();
        user.Claims = kept.Count == 0 ? null : kept.ToJsonString();
    }

    private static string Unknown(string name) => name is "email" or "sub" or "updated_at"
        ? "is not set as a claim: the account has it"
        : "is not a standard claim (OpenID Connect Core 5.1)";

    private static string Expectation(Form form) => form switch
    {
        Form.Truth => "must be true or false",
        Form.Address => $"must be an object of texts with the members {string.Join(", ", AddressMembers.Order())}",
        _ => $"must be a text of at most {LongestText} characters",
    };

    private static bool HasForm(JsonNode? value, Form form) => form switch
    {
        Form.Truth => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        Form.Address => value is JsonObject address && address.All(m => AddressMembers.Contains(m.Key) && HasForm(m.Value, Form.Text)),
        _ => value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= LongestText },
    };

    private static string FullName(User user) => string.Join(' ', new[] { user.FirstName, user.LastName }.Where(n => !string.IsNullOrWhiteSpace(n)));
}
