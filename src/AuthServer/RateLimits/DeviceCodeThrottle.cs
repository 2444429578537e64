using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>
/// Bounds the requests of devices from one address, and the user codes that are tried (RFC 8628 section 5.1): by account and by address.
/// </summary>
/// <remarks>
/// A code is one of 20^8. Whoever tries codes has signed in, and waits after five wrong ones. Each counts as wrong before it is looked up,
/// so that many at one moment are no more than five.
/// </remarks>
public sealed class DeviceCodeThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int MostOfAccount = 5, MostOfAddress = 20;

    private readonly WindowLimit _requests = new(
        "device-requests", options.DeviceRequestsPerAddressPerMinute, TimeSpan.FromMinutes(1), time, shared, capacity: 1 << 14);

    private readonly FailureLimit _accounts = new("device-codes", MostOfAccount, time, shared);
    private readonly FailureLimit _addresses = new("device-codes-at", MostOfAddress, time, shared);

    /// <summary>Counts a request of a device; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _requests.TakeAsync(key) : default;

    /// <summary>Counts a code that is about to be looked up as a wrong one; a wait when it may not be looked up.</summary>
    public async ValueTask<TimeSpan?> BeginAsync(Guid user, string? address)
    {
        var account = keys.OfSubject(user.ToString());
        if (await _accounts.TakeAsync(account) is { } wait) return wait;
        if (keys.OfAddress(address) is not { } key || await _addresses.TakeAsync(key) is not { } busy) return null;
        await _accounts.TakeBackAsync(account);
        return busy;
    }

    /// <summary>The code was a right one.</summary>
    public async ValueTask TakeBackAsync(Guid user, string? address)
    {
        await _accounts.TakeBackAsync(keys.OfSubject(user.ToString()));
        if (keys.OfAddress(address) is { } key) await _addresses.TakeBackAsync(key);
    }
}
