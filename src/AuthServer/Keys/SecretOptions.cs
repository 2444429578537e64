using AuthServer.Configuration;

namespace AuthServer.Keys;

/// <summary>
/// The secrets that seal everything else. Generated and kept in the data directory for the embedded database, required beside DATABASE_URL.
/// </summary>
public sealed class SecretOptions
{
    private const string Cure = "the output of `" + SecretText.Command + "`";

    /// <summary>
    /// Protects cookies, forms, sensitive columns and the embedded database file: at least 32 random bytes in base64, base64url or hex.
    /// Losing it signs everybody out, makes sealed columns and the encrypted file unreadable, and client secrets must be registered again.
    /// </summary>
    [Setting("SECRET_KEY", Secret = true, Required = true, Cure = Cure)]
    public byte[] SecretKey { get; set; } = [];

    /// <summary>
    /// Encrypts the signing keys in the database: at least 32 random bytes in base64, base64url or hex. A server with another value does
    /// not start.
    /// </summary>
    [Setting("JWT_SECRET", Secret = true, Required = true, Cure = Cure)]
    public byte[] JwtSecret { get; set; } = [];

    /// <summary>
    /// The former SECRET_KEY, still accepted for opening while you move to a new one. The next start encrypts the embedded database anew.
    /// </summary>
    [Setting("SECRET_KEY_PREVIOUS", Secret = true, Cure = "the former SECRET_KEY")]
    public byte[]? SecretKeyPrevious { get; set; }

    /// <summary>The former JWT_SECRET, still accepted for opening while you move to a new one.</summary>
    [Setting("JWT_SECRET_PREVIOUS", Secret = true, Cure = "the former JWT_SECRET")]
    public byte[]? JwtSecretPrevious { get; set; }
}
