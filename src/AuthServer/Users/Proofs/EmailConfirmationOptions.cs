using AuthServer.Configuration;

namespace AuthServer.Users.Proofs;

public enum EmailConfirmationRule
{
    Optional,
    Required,
    Off,
}

/// <summary>Whether people show that their e-mail address is theirs.</summary>
public sealed class EmailConfirmationOptions
{
    /// <summary>
    /// optional: a new person gets a mail with a code, and may go on without it. required: the account is made when the code comes back,
    /// and an account that was made otherwise gets into no app before its address is confirmed; it needs mail. off: no such mail to
    /// new people, unless REGISTRATION_REVEALS_TAKEN_EMAIL is false. Another address of an account is proven in any case, where there is
    /// mail.
    /// </summary>
    [Setting("EMAIL_CONFIRMATION")]
    public EmailConfirmationRule Rule { get; set; } = EmailConfirmationRule.Optional;
}
