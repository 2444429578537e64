using AuthServer.Email;

namespace AuthServer.Users.Proofs;

/// <summary>What EMAIL_CONFIRMATION means on this server: without mail nothing is confirmed.</summary>
/// <param name="always">Those of new people are proven whatever the setting says: no answer may reveal that one is taken.</param>
public sealed class ConfirmationRules(MailSetup mail, EmailConfirmationOptions options, bool always)
{
    /// <summary>Whether another address of an account waits for its proof; without mail it counts at once.</summary>
    public bool ChangesAreProven { get; } = mail.IsOn;

    /// <summary>Whether the addresses of new people are confirmed.</summary>
    public bool AreProven { get; } = mail.IsOn && (always || options.Rule != EmailConfirmationRule.Off);

    /// <summary>Whether nobody gets into an app before the address is confirmed.</summary>
    public bool AreRequired { get; } = mail.IsOn && options.Rule == EmailConfirmationRule.Required;
}
