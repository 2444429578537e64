using AuthServer.Configuration;

namespace AuthServer.Users.Profile;

/// <summary>What people may say about themselves.</summary>
public sealed class ProfileOptions : ICheckedSettings
{
    private const string Key = "PROFILE_CLAIMS", Address = "address";

    private static readonly string[] Names = [.. OwnProfile.Members.Except(OwnProfile.AddressMembers), Address];

    /// <summary>
    /// The claims that people may fill in about themselves, such as "given_name,family_name,locale"; the names are those of OpenID Connect
    /// Core 5.1. Absent: all. Admins write all of them, and what is stored already stays; the language of pages and mails can always be
    /// chosen.
    /// </summary>
    [Setting(Key)]
    public IReadOnlyList<string> Claims { get; set; } = Names;

    public void Check(SettingProblems problems)
    {
        if (Claims.Except(Names, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            problems.Add(Key, $"{unknown} is no claim that people fill in", $"choose from {string.Join(", ", Names)}");
        }
    }

    /// <summary>Whether a person may write a member of <see cref="OwnProfile.Members"/>.</summary>
    public bool Allows(string member) => Claims.Contains(OwnProfile.AddressMembers.Contains(member) ? Address : member);
}
