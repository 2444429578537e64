using AuthServer.Configuration;
using AuthServer.Data.Entities;

namespace AuthServer.Keys;

public enum KeyState
{
    /// <summary>Published, and not used yet.</summary>
    Announced,

    /// <summary>Signs, seals or derives.</summary>
    Active,

    /// <summary>Only verifies or opens what was made before.</summary>
    Retired,
}

/// <summary>How long the keys of the ring live. The state of a key follows from its times.</summary>
public static class KeyLife
{
    /// <summary>For clocks that differ, and for servers that read a rotation late.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long before its use a key is published by an automatic rotation, for resource servers that keep a copy of JWKS for hours.
    /// </summary>
    public static readonly TimeSpan Notice = TimeSpan.FromHours(24);

    /// <summary>Longest time in which every running server has read and published a new key (they read every 2 s).</summary>
    public static readonly TimeSpan Announcement = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Life of a copy of JWKS: shorter than <see cref="Announcement"/>, so that every copy has a new key before it signs.
    /// </summary>
    public static readonly TimeSpan PublishedCopy = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SigningRetention = SettingText.Duration(LongestLifetimes.AccessToken)!.Value + Skew;

    private static readonly TimeSpan SecretRetention = SettingText.Duration(LongestLifetimes.RefreshToken)!.Value;

    /// <summary>How long a retired key is accepted. A leaked signing key must not verify for longer than its last token can live.</summary>
    public static TimeSpan Retention(string algorithm) => IsSigning(algorithm) ? SigningRetention : SecretRetention;

    /// <summary>From when the key is refused; null while it is not retired.</summary>
    public static DateTime? Until(RingKey key) => key.RetiredAt + Retention(key.Algorithm);

    public static KeyState StateOf(RingKey key, DateTime now) =>
        key.RetiredAt <= now ? KeyState.Retired : key.ActiveFrom > now ? KeyState.Announced : KeyState.Active;

    public static bool IsSigning(string algorithm) => algorithm is RingKeys.Es256 or RingKeys.Rs256;
}
