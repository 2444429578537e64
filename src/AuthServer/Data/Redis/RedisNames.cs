using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Data.Redis;

/// <summary>The names of this installation in Redis, keys and channels alike.</summary>
/// <remarks>Installations that share a Redis have different issuers, and each its own names: a part of the issuer's SHA-256.</remarks>
internal static class RedisNames
{
    public static string Prefix(string issuer) =>
        $"authplatform:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issuer)).AsSpan(0, 6))}:";

    /// <summary>The channel on which a server tells the others which tables it wrote.</summary>
    public static string Changes(string issuer) => Prefix(issuer) + "changes";
}
