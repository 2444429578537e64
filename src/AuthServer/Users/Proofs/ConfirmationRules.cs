using AuthServer.Email;

namespace AuthServer.Users.Proofs;

/// <summary>What EMAIL_CONFIRMATION means on this server: without mail nothing is confirmed.</summary>
/// <param name="always">New addresses are proven whatever the setting says: no answer may reveal that one is taken.</param>
public sealed class ConfirmationRules(MailSetup mail, EmailConfirmationOptions options, bool always)
{
    /// <summary>Whether addresses are confirmed, and new ones of accounts wait for their proof.</summary>
    public bool AreProven { get; } = mail.IsOn && (always || options.Rule != EmailConfirmationRule.Off);

    /// <summary>Whether nobody gets into an app before the address is confirmed.</summary>
    public bool AreRequired { get; } = mail.IsOn && options.Rule == EmailConfirmationRule.Required;
}
