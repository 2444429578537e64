using AuthServer.Clients.Metadata;
using AuthServer.Configuration;

namespace AuthServer.Clients.Profiles;

/// <summary>The security profile of clients that name none.</summary>
public sealed class SecurityProfileOptions : ICheckedSettings
{
    private const string Key = "SECURITY_PROFILE";

    /// <summary>
    /// What every client is held to whose registration names no security_profile. With oidc-basic, confidential clients may leave PKCE
    /// out, and public ones, which have nothing else, are held to oauth2.1. An operator may name a weaker profile for a single client; a
    /// client that registers itself may not.
    /// </summary>
    [Setting(Key, Cure = "oidc-basic, oauth2.1, fapi2 or fapi2-message-signing")]
    public string Name { get; set; } = SecurityProfiles.NameOf(SecurityProfile.OAuth21);

    /// <summary>A public client may have another one (<see cref="SecurityProfiles.OfUnnamed"/>).</summary>
    public SecurityProfile Default => SecurityProfiles.Of(Name) ?? SecurityProfile.OAuth21;

    public void Check(SettingProblems problems)
    {
        if (SecurityProfiles.Of(Name) is null) problems.Add(Key, $"\"{Name}\" is not a security profile", "name one of those");
    }
}
