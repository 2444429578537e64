using AuthServer.Configuration;

namespace AuthServer.Users.Registration;

/// <summary>How people get an account of their own.</summary>
public sealed class RegistrationOptions
{
    public const string RevealsKey = "REGISTRATION_REVEALS_TAKEN_EMAIL";

    /// <summary>
    /// true: whoever registers an e-mail address that has an account is told so, at most REGISTRATIONS_PER_ADDRESS_PER_HOUR times. false:
    /// everybody gets the same answer, and the owner of the address a mail; the account is made when the code of the mail comes back.
    /// It needs mail.
    /// </summary>
    [Setting(RevealsKey)]
    public bool RevealsTakenEmail { get; set; } = true;
}
