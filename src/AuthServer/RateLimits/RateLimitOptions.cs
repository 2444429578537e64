using AuthServer.Configuration;

namespace AuthServer.RateLimits;

/// <summary>How much one user, account or address may ask for.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests to the JSON API per user and hour.</summary>
    [Setting("RATE_LIMIT_PER_HOUR", Minimum = 1)]
    public int PerHour { get; set; } = 1000;

    /// <summary>Wrong passwords for one account within 15 minutes before further attempts from unknown browsers must wait.</summary>
    [Setting("SIGNIN_FAILURES_PER_ACCOUNT", Minimum = 1)]
    public int SignInFailuresPerAccount { get; set; } = 10;

    /// <summary>Wrong passwords from one address within 15 minutes before it must wait.</summary>
    [Setting("SIGNIN_FAILURES_PER_ADDRESS", Minimum = 1)]
    public int SignInFailuresPerAddress { get; set; } = 100;

    /// <summary>New accounts from one address in an hour.</summary>
    [Setting("REGISTRATIONS_PER_ADDRESS_PER_HOUR", Minimum = 1)]
    public int RegistrationsPerAddressPerHour { get; set; } = 20;

    /// <summary>Sign-in attempts, right or wrong, from one address in a minute.</summary>
    [Setting("SIGNINS_PER_ADDRESS_PER_MINUTE", Minimum = 1)]
    public int SignInsPerAddressPerMinute { get; set; } = 60;
}
