using System.Buffers.Binary;
using System.Security.Cryptography;
using AuthServer.Data.Entities;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>Makes, seals and opens the keys of the ring.</summary>
public sealed class RingKeys(SecretOptions secrets)
{
    /// <summary>Signs access tokens (and ID tokens of clients that ask for it).</summary>
    public const string Es256 = SecurityAlgorithms.EcdsaSha256;

    /// <summary>Signs ID tokens: OpenID Connect Core 15.1 entitles a client that registers nothing to it.</summary>
    public const string Rs256 = SecurityAlgorithms.RsaSha256;

    /// <summary>Derives and authenticates refresh tokens.</summary>
    public const string Refresh = SecurityAlgorithms.HmacSha256;

    /// <summary>Wraps one-time payloads.</summary>
    public const string Encryption = SecurityAlgorithms.Aes256KW;

    /// <summary>Names people for clients that may not recognise them elsewhere; it is never replaced, as the names would change.</summary>
    public const string Subjects = "pairwise";

    /// <summary>Those of keys that are replaced by time.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = [Es256, Rs256, Refresh, Encryption];

    private readonly Sealing _sealing = new("authplatform/key-ring/1", secrets.JwtSecret, secrets.JwtSecretPrevious);

    public RingKey Make(string algorithm, DateTime now, DateTime activeFrom)
    {
        var (kid, secret) = algorithm switch
        {
            Es256 => MakeEcdsa(),
            Rs256 => MakeRsa(),
            _ => (Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)), RandomNumberGenerator.GetBytes(32)),
        };
        var row = new RingKey
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)),
            Kid = kid,
            Algorithm = algorithm,
            SealedKey = [],
            CreatedAt = now,
            ActiveFrom = activeFrom,
        };
        row.SealedKey = _sealing.Seal(secret, Place(row));
        CryptographicOperations.ZeroMemory(secret);
        return row;
    }

    /// <exception cref="CryptographicException">JWT_SECRET is not the one that sealed the ring.</exception>
    public SigningRingKey OpenSigning(RingKey row)
    {
        var secret = _sealing.Open(row.SealedKey, Place(row));
        AsymmetricSecurityKey key;
        if (row.Algorithm == Es256)
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(secret, out _);
            key = new ECDsaSecurityKey(ecdsa) { KeyId = row.Kid };
        }
        else
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(secret, out _);
            key = new RsaSecurityKey(rsa) { KeyId = row.Kid };
        }

        CryptographicOperations.ZeroMemory(secret);
        return new(row.Kid, row.Algorithm, new SigningCredentials(key, row.Algorithm));
    }

    /// <exception cref="CryptographicException">JWT_SECRET is not the one that sealed the ring.</exception>
    public SecretRingKey OpenSecret(RingKey row)
    {
        var mark = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Base64UrlEncoder.DecodeBytes(row.Kid)));
        return new(row.Kid, mark, _sealing.Open(row.SealedKey, Place(row)));
    }

    /// <summary>The sealed form of a row under the current JWT_SECRET.</summary>
    public Renewed<byte[]> Renew(RingKey row) => _sealing.Renew(row.SealedKey, Place(row));

    private static string Place(RingKey row) => $"keys|sealed_key|{row.Id:N}|{row.Kid}";

    private static (string Kid, byte[] Secret) MakeEcdsa()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Thumbprint(new ECDsaSecurityKey(ecdsa)), ecdsa.ExportPkcs8PrivateKey());
    }

    private static (string Kid, byte[] Secret) MakeRsa()
    {
        using var rsa = RSA.Create(2048);
        return (Thumbprint(new RsaSecurityKey(rsa)), rsa.ExportPkcs8PrivateKey());
    }

    // RFC 7638: the name follows from the public key alone.
    private static string Thumbprint(SecurityKey key) => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
}
