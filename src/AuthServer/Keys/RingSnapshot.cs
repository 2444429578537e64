using System.Collections.Immutable;

namespace AuthServer.Keys;

/// <summary>An opened symmetric key. <paramref name="Mark"/> is how a refresh token names it.</summary>
public sealed record SecretRingKey(string Kid, uint Mark, byte[] Value)
{
    /// <summary>HMAC under this key.</summary>
    public KeyedHash Mac { get; } = new(Value);
}

/// <summary>The ring at one moment; immutable, so that a request works with one set from start to end.</summary>
/// <param name="Signing">The signing key of each algorithm first (ES256, then RS256), then the announced and the retired ones.</param>
/// <param name="Refresh">For refresh tokens: the active one first.</param>
/// <param name="Encryption">For one-time payloads of OpenIddict: the active one first.</param>
/// <param name="Unopened">The kids of keys that the configured secrets do not open.</param>
public sealed record RingSnapshot(
    ImmutableArray<SigningRingKey> Signing,
    ImmutableArray<SecretRingKey> Refresh,
    ImmutableArray<SecretRingKey> Encryption,
    ImmutableArray<string> Unopened)
{
    public static RingSnapshot Empty { get; } = new([], [], [], []);

    /// <summary>For pairwise subjects; null before the first start of a version that knows them has made it.</summary>
    public SecretRingKey? Subjects { get; init; }

    /// <summary>Changes when the set or the order changes.</summary>
    public string Fingerprint { get; } = string.Join(' ',
        [.. Signing.Select(k => k.Kid), .. Refresh.Concat(Encryption).Select(k => k.Kid), .. Unopened.Select(kid => "!" + kid)]);

    /// <summary>Whether it is another ring than this one.</summary>
    internal bool Differs(RingSnapshot other) => Fingerprint != other.Fingerprint || Subjects?.Kid != other.Subjects?.Kid;

    /// <summary>Whether a key of each kind opens. It is false before the first start has made them, and with a wrong JWT_SECRET.</summary>
    public bool IsComplete =>
        Signing.Any(k => k.Algorithm == RingKeys.Es256) && Signing.Any(k => k.Algorithm == RingKeys.Rs256)
        && !Refresh.IsEmpty && !Encryption.IsEmpty;

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
