using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Data.Entities;
using AuthServer.Keys;

namespace AuthServer.Users.Proofs;

/// <summary>Makes the codes and links of proofs, and the hashes by which rows know them.</summary>
public sealed class ProofSecrets(SecretOptions secrets)
{
    public const int Digits = 6;

    private const string Label = "authplatform/proofs/1";
    private const int IdSize = 16, SecretSize = 16;

    // The second is that of SECRET_KEY_PREVIOUS: a link that is on its way survives a change of the secret.
    private readonly byte[][] _keys = [.. new[] { secrets.SecretKey, secrets.SecretKeyPrevious }.OfType<byte[]>()
        .Select(secret => Sealing.Derive(Label, secret).Key)];

    public static string NewCode() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>The part of a link that nobody can guess: it names its row.</summary>
    public static string NewToken(Guid id) =>
        Base64Url.EncodeToString([.. id.ToByteArray(bigEndian: true), .. RandomNumberGenerator.GetBytes(SecretSize)]);

    /// <returns>Null for a text that is no token of ours.</returns>
    public static Guid? ProofId(string? token) =>
        token is { Length: 43 } && Base64Url.IsValid(token, out var size) && size == IdSize + SecretSize
            ? new Guid(Base64Url.DecodeFromChars(token).AsSpan(0, IdSize), bigEndian: true)
            : null;

    public string HashOfCode(Guid proofId, string code) => Hash(_keys[0], proofId, "code", code);

    public string HashOfToken(Guid proofId, string token) => Hash(_keys[0], proofId, "link", token);

    public bool IsCode(AccountProof proof, string code) => IsHash(proof.CodeHash, proof.Id, "code", code);

    public bool IsToken(AccountProof proof, string token) => IsHash(proof.LinkHash, proof.Id, "link", token);

    private bool IsHash(string stored, Guid proofId, string kind, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(stored);
        var found = false;
        foreach (var key in _keys)
        {
            found |= CryptographicOperations.FixedTimeEquals(bytes, Encoding.ASCII.GetBytes(Hash(key, proofId, kind, text)));
        }

        return found;
    }

    private static string Hash(byte[] key, Guid proofId, string kind, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{kind}\0{proofId:N}\0{text}")));
}
