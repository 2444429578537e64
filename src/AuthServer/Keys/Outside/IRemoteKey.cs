using System.Security.Cryptography;

namespace AuthServer.Keys.Outside;

/// <summary>A private key that never leaves the machine that holds it, such as an HSM or the key service of a cloud.</summary>
public interface IRemoteKey
{
    /// <summary>The public part: an <see cref="ECDsa"/> or <see cref="RSA"/> that can only verify.</summary>
    AsymmetricAlgorithm PublicKey { get; }

    /// <summary>
    /// Signs a SHA-256 digest: R and S of 32 octets each for ES256 (RFC 7518 section 3.4), RSASSA-PKCS1-v1_5 for RS256 (section 3.3).
    /// Called by many threads at once.
    /// </summary>
    /// <exception cref="SigningUnavailableException">The machine does not answer in time, or refuses. The caller gets 503.</exception>
    byte[] Sign(byte[] digest);
}
