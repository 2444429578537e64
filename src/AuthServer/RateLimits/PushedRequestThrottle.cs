using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>
/// Bounds the requests that one address lets this server keep where nobody whom the operator knows has authenticated: everybody may push
/// for a public client, or for one that they have registered or described themselves, and send a signed request again and again. A long one
/// counts as several, so that what is kept is bounded too.
/// </summary>
public sealed class PushedRequestThrottle(ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    /// <summary>More sign-ins than the people behind one address begin in a minute.</summary>
    public const int MostInMinute = 300;

    private readonly WindowLimit _requests = new("pushed-requests", MostInMinute, TimeSpan.FromMinutes(1), time, shared, capacity: 1 << 14);

    /// <summary>In bytes, as they are sealed: the usual request is shorter.</summary>
    public const int Length = 2 * 1024;

    /// <summary>Counts one, before anything is done for it; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _requests.TakeAsync(key) : default;

    /// <summary>Counts what a request is longer than one, before it is kept; a wait when it may not be.</summary>
    /// <param name="length">Of what is to be kept, in bytes.</param>
    public async ValueTask<TimeSpan?> TakeRestAsync(string? address, int length)
    {
        if (keys.OfAddress(address) is not { } key) return null;
        TimeSpan? wait = null;
        for (var rest = length - Length; rest > 0 && wait is null; rest -= Length) wait = await _requests.TakeAsync(key);
        return wait;
    }
}
