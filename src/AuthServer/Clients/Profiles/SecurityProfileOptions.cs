using AuthServer.Clients.Metadata;
using AuthServer.Configuration;

namespace AuthServer.Clients.Profiles;

/// <summary>The security profile of clients that name none.</summary>
public sealed class SecurityProfileOptions : ICheckedSettings
{
    private const string Key = "SECURITY_PROFILE";

    /// <summary>
    /// What every client is held to whose registration names no security_profile. Absent: oauth2.1, but confidential clients need PKCE only
    /// with require_pkce, as before there were profiles. An operator may name a weaker profile for a single client; a client that
    /// registers itself may not.
    /// </summary>
    [Setting(Key, Cure = "oidc-basic, oauth2.1, fapi2 or fapi2-message-signing")]
    public string? Name { get; set; }

    /// <summary>Null: not set.</summary>
    public SecurityProfile? Default => SecurityProfiles.Of(Name);

    public void Check(SettingProblems problems)
    {
        if (Name is { } name && Default is null) problems.Add(Key, $"\"{name}\" is not a security profile", "name one of those");
    }
}
