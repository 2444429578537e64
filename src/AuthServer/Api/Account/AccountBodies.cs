using System.Text.Json.Serialization;
using AuthServer.JsonApi;
using AuthServer.Users.Profile;

namespace AuthServer.Api.Account;

/// <summary>What a person says about themselves, in an answer and in a merge patch (the names of OpenID Connect Core 5.1).</summary>
public sealed record ProfileBody
{
    public string? GivenName { get; init; }

    public string? MiddleName { get; init; }

    public string? FamilyName { get; init; }

    public string? Nickname { get; init; }

    public string? Birthdate { get; init; }

    public string? Gender { get; init; }

    public string? Picture { get; init; }

    public string? Website { get; init; }

    public string? PhoneNumber { get; init; }

    public string? Locale { get; init; }

    public string? Zoneinfo { get; init; }

    /// <summary>Replaced as a whole.</summary>
    public AddressBody? Address { get; init; }

    public static ProfileBody Of(IReadOnlyDictionary<string, string> values) => new()
    {
        GivenName = values.GetValueOrDefault(OwnProfile.GivenName),
        MiddleName = values.GetValueOrDefault(OwnProfile.MiddleName),
        FamilyName = values.GetValueOrDefault(OwnProfile.FamilyName),
        Nickname = values.GetValueOrDefault(OwnProfile.Nickname),
        Birthdate = values.GetValueOrDefault(OwnProfile.Birthdate),
        Gender = values.GetValueOrDefault(OwnProfile.Gender),
        Picture = values.GetValueOrDefault(OwnProfile.Picture),
        Website = values.GetValueOrDefault(OwnProfile.Website),
        PhoneNumber = values.GetValueOrDefault(OwnProfile.PhoneNumber),
        Locale = values.GetValueOrDefault(OwnProfile.Locale),
        Zoneinfo = values.GetValueOrDefault(OwnProfile.TimeZone),
        Address = OwnProfile.AddressMembers.Any(values.ContainsKey) ? AddressBody.Of(values) : null,
    };

    /// <summary>The members to change, by their names; <paramref name="removed"/> were null in the body.</summary>
    internal Dictionary<string, string?> Changes(IReadOnlySet<string> removed)
    {
        var changes = new Dictionary<string, string?>(StringComparer.Ordinal);
        (string Name, string? Value)[] members =
        [
            (OwnProfile.GivenName, GivenName), (OwnProfile.MiddleName, MiddleName), (OwnProfile.FamilyName, FamilyName),
            (OwnProfile.Nickname, Nickname), (OwnProfile.Birthdate, Birthdate), (OwnProfile.Gender, Gender),
            (OwnProfile.Picture, Picture), (OwnProfile.Website, Website), (OwnProfile.PhoneNumber, PhoneNumber),
            (OwnProfile.Locale, Locale), (OwnProfile.TimeZone, Zoneinfo),
        ];
        foreach (var (name, value) in members)
        {
            if (value is not null || removed.Contains(name)) changes.Add(name, value);
        }

        if (Address is not null || removed.Contains("address"))
        {
            foreach (var (name, value) in (Address ?? new()).Members) changes.Add(name, value);
        }

        return changes;
    }
}

/// <summary>A postal address (OpenID Connect Core 5.1.1).</summary>
public sealed record AddressBody
{
    public string? StreetAddress { get; init; }

    public string? Locality { get; init; }

    public string? Region { get; init; }

    public string? PostalCode { get; init; }

    public string? Country { get; init; }

    internal IEnumerable<(string Name, string? Value)> Members =>
    [
        (OwnProfile.Street, StreetAddress), (OwnProfile.Locality, Locality), (OwnProfile.Region, Region),
        (OwnProfile.PostalCode, PostalCode), (OwnProfile.Country, Country),
    ];

    internal static AddressBody Of(IReadOnlyDictionary<string, string> values) => new()
    {
        StreetAddress = values.GetValueOrDefault(OwnProfile.Street),
        Locality = values.GetValueOrDefault(OwnProfile.Locality),
        Region = values.GetValueOrDefault(OwnProfile.Region),
        PostalCode = values.GetValueOrDefault(OwnProfile.PostalCode),
        Country = values.GetValueOrDefault(OwnProfile.Country),
    };
}

/// <summary>The body of PUT /v1/account/password.</summary>
public sealed record NewPasswordBody
{
    public required string Password { get; init; }

    /// <summary>Left out: a sign-in less than five minutes ago is the proof.</summary>
    public string? CurrentPassword { get; init; }
}

/// <summary>The body of POST /v1/account/deletion.</summary>
public sealed record DeletionBody
{
    /// <summary>The e-mail address of the account, as the person typed it to confirm.</summary>
    public required string Email { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProfileBody))]
[JsonSerializable(typeof(PictureDocument))]
[JsonSerializable(typeof(NewPasswordBody))]
[JsonSerializable(typeof(DeletionBody))]
[JsonSerializable(typeof(ThemeBody))]
internal sealed partial class AccountBodyJson : JsonSerializerContext;
