namespace AuthServer.RateLimits.InRedis;

/// <summary>What Redis answers about one counter.</summary>
/// <param name="Period">As in <see cref="Counter"/>.</param>
/// <param name="Now">The time at Redis, in ticks.</param>
internal readonly record struct SharedCount(bool Admitted, long Period, int Current, int Previous, long Now);
