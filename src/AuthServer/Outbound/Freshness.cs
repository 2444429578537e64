namespace AuthServer.Outbound;

/// <summary>How long an answer may be kept, by its own headers (RFC 9111 section 4.2).</summary>
internal static class Freshness
{
    /// <returns>Null where the answer says nothing about it; zero where it is not to be kept.</returns>
    public static TimeSpan? Of(HttpResponseMessage answer, DateTimeOffset now)
    {
        var age = answer.Headers.Age ?? TimeSpan.Zero;
        if (answer.Headers.CacheControl is { } control)
        {
            if (control.NoStore || control.NoCache) return TimeSpan.Zero;
            // s-maxage is for caches that several share, as this one is.
            if ((control.SharedMaxAge ?? control.MaxAge) is { } most) return NotNegative(most - age);
        }

        return answer.Content.Headers.Expires is { } expires ? NotNegative(expires - (answer.Headers.Date ?? now) - age) : null;
    }

    private static TimeSpan NotNegative(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
