using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>
/// Bounds the requests of devices from one address, and the user codes that are tried (RFC 8628 section 5.1): by account and by address.
/// </summary>
/// <remarks>
/// A code is one of 20^8. Whoever tries codes has signed in, and waits after five wrong ones; those that are under way at that moment are
/// still looked up.
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

    /// <summary>How long the person has to wait before the next code is looked up.</summary>
    public async ValueTask<TimeSpan?> WaitAsync(Guid user, string? address) =>
        await _accounts.WaitAsync(keys.OfSubject(user.ToString()))
            ?? (keys.OfAddress(address) is { } key ? await _addresses.WaitAsync(key) : null);

    /// <summary>There is no such code.</summary>
    public async ValueTask FailedAsync(Guid user, string? address)
    {
        await _accounts.FailedAsync(keys.OfSubject(user.ToString()));
        if (keys.OfAddress(address) is { } key) await _addresses.FailedAsync(key);
    }
}
