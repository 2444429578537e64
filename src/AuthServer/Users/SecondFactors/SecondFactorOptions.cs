using AuthServer.Configuration;

namespace AuthServer.Users.SecondFactors;

public enum SecondFactorPolicy
{
    Off,
    Optional,
    Admins,
    All,
}

/// <summary>Whose second factor may be a code by mail.</summary>
public enum MailedFactorRule
{
    Off,
    People,
    All,
}

/// <summary>Who proves more than a password when they sign in.</summary>
public sealed class SecondFactorOptions
{
    internal const string MailKey = "SECOND_FACTOR_EMAIL";

    /// <summary>
    /// off: nobody is asked, also who has an authenticator app. optional: who has set up one. admins: also every admin, who sets one up at
    /// the next sign-in. all: everybody.
    /// </summary>
    [Setting("SECOND_FACTOR")]
    public SecondFactorPolicy Policy { get; set; } = SecondFactorPolicy.Optional;

    /// <summary>
    /// Whether a code that is mailed to the confirmed address may stand for the one of the authenticator app. off: no. people: for every
    /// account but those of admins. all: for these too. It needs mail. Whoever reads the mailbox can also reset the password, so this is
    /// weaker than an app; no code is mailed after a new password until the app was used, nor for a week after a change of the address.
    /// </summary>
    [Setting(MailKey)]
    public MailedFactorRule Mail { get; set; } = MailedFactorRule.Off;

    public bool IsOn => Policy != SecondFactorPolicy.Off;
}
