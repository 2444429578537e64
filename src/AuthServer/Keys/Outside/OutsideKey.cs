using System.Security.Cryptography;
using AuthServer.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys.Outside;

/// <summary>A signing key from outside.</summary>
/// <param name="Source">Where it is: the path of a file, or the name of a key in a machine. Never a secret.</param>
public sealed record OutsideKey(string Source, SigningRingKey Key)
{
    private const int ShortestRsa = 2048, LongestRsa = 4096;
    private const string Nist256 = "1.2.840.10045.3.1.7";

    /// <summary>A private key in this process; null with the reason among the problems when no algorithm of this server takes it.</summary>
    /// <param name="key">An <see cref="ECDsa"/> or <see cref="RSA"/>. It lives as long as the process.</param>
    public static OutsideKey? Of(string source, AsymmetricAlgorithm key, SettingProblems problems) => Of(source, key, null, null, problems);

    /// <summary>A private key that stays where it is.</summary>
    /// <param name="outages">Learns when the key does not sign.</param>
    /// <inheritdoc cref="Of(string, AsymmetricAlgorithm, SettingProblems)"/>
    public static OutsideKey? Of(string source, IRemoteKey key, SigningOutages outages, SettingProblems problems) =>
        Of(source, key.PublicKey, key, outages, problems);

    private static OutsideKey? Of(
        string source, AsymmetricAlgorithm key, IRemoteKey? remote, SigningOutages? outages, SettingProblems problems)
    {
        var (algorithm, wrong) = key switch
        {
            ECDsa ecdsa => (RingKeys.Es256, IsNist256(ecdsa) ? null : "an elliptic curve other than P-256"),
            RSA { KeySize: >= ShortestRsa and <= LongestRsa } => (RingKeys.Rs256, null),
            RSA rsa => (RingKeys.Rs256, $"an RSA key of {rsa.KeySize} bits"),
            _ => ("", "a key that is neither ECDSA nor RSA"),
        };
        if (wrong is not null)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"{source} holds {wrong}", "make an EC key of the curve P-256 for ES256, "
                + $"or an RSA key of {ShortestRsa} to {LongestRsa} bits for RS256");
            return null;
        }

        AsymmetricSecurityKey named = key is ECDsa curve ? new ECDsaSecurityKey(curve) : new RsaSecurityKey((RSA)key);
        // RFC 7638, as for the keys of the ring: every server gives a key the same name.
        named.KeyId = Base64UrlEncoder.Encode(named.ComputeJwkThumbprint());
        if (remote is not null && outages is not null) RemoteSigning.Attach(named, remote, outages);
        return new(source, new SigningRingKey(named.KeyId, algorithm, new SigningCredentials(named, algorithm)));
    }

    private static bool IsNist256(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        // Some platforms know the curve by its name alone.
        return curve.IsNamed && (curve.Oid.Value == Nist256 || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");
    }
}
