namespace AuthServer.Sessions;

/// <summary>How long the previous refresh token of a session still gets its successor again.</summary>
/// <remarks>
/// A client whose answer was lost when the server went down can only ask again once it is up. So a rotation shortly before
/// this process started counts from its start; one from long before does not, or every restart would open old tokens again.
/// </remarks>
public sealed class RefreshGrace(TimeProvider time)
{
    /// <summary>The longest outage that is bridged.</summary>
    public static readonly TimeSpan LongestOutage = TimeSpan.FromMinutes(5);

    private readonly DateTime _started = time.GetUtcNow().UtcDateTime;

    public bool Covers(DateTime? rotatedAt, TimeSpan grace, DateTime now)
    {
        if (rotatedAt is not { } rotated) return false;
        var from = rotated < _started && _started - rotated < LongestOutage ? _started : rotated;
        return from + grace > now;
    }
}
