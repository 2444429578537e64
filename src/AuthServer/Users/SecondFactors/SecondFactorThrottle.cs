using AuthServer.RateLimits;
using AuthServer.RateLimits.InRedis;

namespace AuthServer.Users.SecondFactors;

/// <summary>Slows down guessing codes by the rules for passwords (<see cref="SignInThrottle"/>), after five failures.</summary>
/// <remarks>
/// Only who knows the password comes here. Three of a million codes count at a time. A guesser with many addresses has 100 failures an
/// hour, and one who signed in at many devices before the person set a factor up has 50 tries more: at all of them without a pause, one
/// code is found in three months.
/// </remarks>
public sealed class SecondFactorThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int MostFailures = 5;

    /// <summary>Of all known devices of an account together in an hour: an owner does not sign in so often.</summary>
    private const int MostAtKnownDevices = 50;

    private readonly WindowLimit _knownDevices = new(
        "second-factor-devices", MostAtKnownDevices, TimeSpan.FromHours(1), time, shared);

    private readonly SignInThrottle _throttle = new(
        new()
        {
            SignInFailuresPerAccount = MostFailures,
            SignInFailuresPerAddress = options.SignInFailuresPerAddress,
            SignInsPerAddressPerMinute = options.SignInsPerAddressPerMinute,
        },
        keys, time, shared, "second-factor");

    /// <summary>Counts a try at a known device; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(Guid user, string? knownDevice) =>
        knownDevice is null ? default : _knownDevices.TakeAsync(keys.OfSubject(user.ToString()));

    public SignInThrottle.Attempt Of(Guid user, string? address, string? knownDevice) =>
        _throttle.Of("second factor of " + user.ToString("N"), address, knownDevice);
}
