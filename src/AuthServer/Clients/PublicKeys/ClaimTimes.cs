using System.Text.Json;

namespace AuthServer.Clients.PublicKeys;

/// <summary>The times that a signed text of somebody else names (NumericDate, RFC 7519 section 2).</summary>
internal static class ClaimTimes
{
    /// <summary>By how much the clock of the one who signs may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    // Not the last day of all: the clocks' difference is added to it.
    private const double Latest = 253_402_214_400;

    /// <returns>Null where the claim is absent or no time. It may have a fraction.</returns>
    public static DateTimeOffset? Of(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is >= 0 and < Latest
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>Whether the claim is there and is no time, or one that has not come yet.</summary>
    public static bool IsAhead(JsonElement claims, string name, DateTimeOffset now) =>
        claims.TryGetProperty(name, out _) && !(Of(claims, name) <= now + Skew);
}
