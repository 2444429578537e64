using AuthServer.Configuration;

namespace AuthServer.Users.SecondFactors;

public enum SecondFactorPolicy
{
    Off,
    Optional,
    Admins,
    All,
}

/// <summary>Who proves more than a password when they sign in.</summary>
public sealed class SecondFactorOptions
{
    /// <summary>
    /// off: nobody is asked, also who has an authenticator app. optional: who has set up one. admins: also every admin, who sets one up at
    /// the next sign-in. all: everybody.
    /// </summary>
    [Setting("SECOND_FACTOR")]
    public SecondFactorPolicy Policy { get; set; } = SecondFactorPolicy.Optional;

    public bool IsOn => Policy != SecondFactorPolicy.Off;
}
