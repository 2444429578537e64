namespace AuthServer.Users.Passwords;

/// <summary>The Argon2id parameters of new password hashes.</summary>
/// <remarks>
/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. A sign-in replaces a hash that is below them. About 30 ms a hash;
/// docs/performance.md says what that means for sign-ins in a second.
/// </remarks>
public static class Argon2Settings
{
    public const int MemoryKiB = 19456;
    public const int Passes = 2;

    /// <summary>The parameter <c>p</c>. libsodium, which computes the hashes, knows no other.</summary>
    public const int Lanes = 1;

    public const int SaltSize = 16;
    public const int OutputSize = 32;
}
