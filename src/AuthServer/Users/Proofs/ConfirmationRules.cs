using AuthServer.Email;

namespace AuthServer.Users.Proofs;

/// <summary>What EMAIL_CONFIRMATION means on this server: without mail nothing is confirmed.</summary>
public sealed class ConfirmationRules(MailSetup mail, EmailConfirmationOptions options)
{
    /// <summary>Whether addresses are confirmed, and new ones of accounts wait for their proof.</summary>
    public bool AreProven { get; } = mail.IsOn && options.Rule != EmailConfirmationRule.Off;

    /// <summary>Whether nobody gets into an app before the address is confirmed.</summary>
    public bool AreRequired { get; } = mail.IsOn && options.Rule == EmailConfirmationRule.Required;
}
