using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>
/// Bounds the requests that one address lets this server keep where nobody has authenticated: everybody may push for a public client, and
/// send its signed request again and again.
/// </summary>
public sealed class PushedRequestThrottle(ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    /// <summary>More sign-ins than the people behind one address begin in a minute.</summary>
    public const int MostInMinute = 300;

    private readonly WindowLimit _requests = new("pushed-requests", MostInMinute, TimeSpan.FromMinutes(1), time, shared, capacity: 1 << 14);

    /// <summary>Counts one; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _requests.TakeAsync(key) : default;
}
