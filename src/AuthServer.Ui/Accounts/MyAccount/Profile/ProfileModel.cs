using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.MyAccount.Profile;

/// <summary>
/// What a person says about themselves; it posts version and the members of <see cref="Values"/>, named as claims, to /account/profile.
/// </summary>
public sealed record ProfileModel : AccountPageModel
{
    public required string Email { get; init; }

    public bool EmailConfirmed { get; init; }

    /// <summary>The state of the account that the page shows.</summary>
    public required long Version { get; init; }

    /// <summary>The names of the claims that the page has fields for.</summary>
    public required IReadOnlySet<string> Fields { get; init; }

    /// <summary>By the name of the claim, as stored or as typed; what is missing is empty.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>By the name of the claim.</summary>
    public IReadOnlyDictionary<string, ProfileFieldProblem> Wrong { get; init; } = new Dictionary<string, ProfileFieldProblem>();

    /// <summary>The languages that the pages can be in.</summary>
    public required IReadOnlyList<Choice> Languages { get; init; }

    /// <summary>The path of the picture that was uploaded here; null: none was.</summary>
    public string? Picture { get; init; }

    /// <summary>Whether a picture can be uploaded.</summary>
    public bool TakesPictures { get; init; }

    public Theme Theme { get; init; }

    /// <summary>Names of time zones to choose from; the field takes others too.</summary>
    public IReadOnlyList<string> TimeZones { get; init; } = [];
}

/// <summary>Why a field of the profile is not accepted.</summary>
public enum ProfileFieldProblem
{
    TooLong,
    NotADate,
    NotAnAddressOfTheWeb,
    NotAPhoneNumber,
    NotATimeZone,
    NotKept,
}
