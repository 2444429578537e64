using AuthServer.Configuration;

namespace AuthServer.Keys;

/// <summary>The two secrets of an installation and their predecessors.</summary>
public sealed class SecretOptions
{
    /// <summary>Key-encryption key of the key ring: at least 32 random bytes in base64, base64url or hex.</summary>
    [Setting("JWT_SECRET", Secret = true, Cure = "make one with: openssl rand -base64 32")]
    public byte[] JwtSecret { get; set; } = [];

    /// <summary>The JWT_SECRET before the current one; still opens what it sealed.</summary>
    [Setting("JWT_SECRET_PREVIOUS", Secret = true, Cure = "make one with: openssl rand -base64 32")]
    public byte[]? JwtSecretPrevious { get; set; }

    /// <summary>Key of data protection and field encryption: at least 32 random bytes in base64, base64url or hex.</summary>
    [Setting("SECRET_KEY", Secret = true, Cure = "make one with: openssl rand -base64 32")]
    public byte[] SecretKey { get; set; } = [];

    /// <summary>The SECRET_KEY before the current one; still opens what it sealed.</summary>
    [Setting("SECRET_KEY_PREVIOUS", Secret = true, Cure = "make one with: openssl rand -base64 32")]
    public byte[]? SecretKeyPrevious { get; set; }
}
