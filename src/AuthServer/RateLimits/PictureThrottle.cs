using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds the pictures that one person uploads: each costs memory and work before it is known to be one.</summary>
public sealed class PictureThrottle(ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int MostPerHour = 20, Capacity = 1 << 12;

    private readonly WindowLimit _uploads = new("pictures", MostPerHour, TimeSpan.FromHours(1), time, shared, Capacity);

    /// <summary>Counts one upload, before its body is read; a wait when there were too many.</summary>
    public ValueTask<TimeSpan?> TakeAsync(Guid userId) => _uploads.TakeAsync(keys.OfSubject("picture\0" + userId));
}
