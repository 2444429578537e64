using System.Collections.Immutable;

namespace AuthServer.Keys;

/// <summary>An opened symmetric key. <paramref name="Mark"/> is how a refresh token names it.</summary>
public sealed record SecretRingKey(string Kid, uint Mark, byte[] Value);

/// <summary>The ring at one moment; immutable, so that a request works with one set from start to end.</summary>
/// <param name="Fingerprint">Changes when the set or the order changes.</param>
/// <param name="Signing">The signing key of each algorithm first (ES256, then RS256), then those announced and retired.</param>
/// <param name="Refresh">For refresh tokens: the active one first.</param>
/// <param name="Encryption">For one-time payloads of the protocol library: the active one first.</param>
public sealed record RingSnapshot(
    string Fingerprint,
    ImmutableArray<SigningRingKey> Signing,
    ImmutableArray<SecretRingKey> Refresh,
    ImmutableArray<SecretRingKey> Encryption)
{
    public static RingSnapshot Empty { get; } = new("", [], [], []);

    /// <summary>Whether there is a key of each kind; an incomplete ring exists only before the first start has made them.</summary>
    public bool IsComplete =>
        Signing.Any(k => k.Algorithm == RingKeys.Es256) && Signing.Any(k => k.Algorithm == RingKeys.Rs256) && !Refresh.IsEmpty && !Encryption.IsEmpty;

    /// <summary>The key that signs with this algorithm now.</summary>
    public SigningRingKey Signer(string algorithm)
    {
        foreach (var key in Signing)
        {
            if (key.Algorithm == algorithm) return key;
        }

        throw new InvalidOperationException($"The ring has no key for {algorithm}.");
    }
}
