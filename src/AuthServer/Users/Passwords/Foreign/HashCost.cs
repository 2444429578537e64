namespace AuthServer.Users.Passwords.Foreign;

/// <summary>The most work that a stored hash may ask for: about two seconds of one processor and 256 MiB.</summary>
/// <remarks>
/// A hash can come from a seed file, an admin or another SQL client, and whoever knows the address of its account can have it computed: it
/// must not be able to ask for the whole machine. What the usual systems write stays well below.
/// </remarks>
internal static class HashCost
{
    public const int LeastArgon2KiB = 8;
    public const int MostArgon2KiB = 256 * 1024;
    public const int MostArgon2Passes = 10;
    public const int MostArgon2Lanes = 16;

    /// <summary>Memory times passes.</summary>
    public const long MostArgon2Work = 1024 * 1024;

    /// <summary>The same for what libsodium does not compute. argon2-cffi asks for 196608, Django for 204800.</summary>
    public const long MostLanesWork = 256 * 1024;

    public const int LeastBcryptCost = 4;
    public const int MostBcryptCost = 14;

    /// <summary>Iterations times the blocks of output. Django 6 makes 1 200 000.</summary>
    public const long MostPbkdf2Iterations = 2_000_000;

    /// <summary>N times r, of which each takes 128 bytes of memory.</summary>
    public const long MostScryptMemory = 256 * 1024 * 1024 / 128;

    /// <summary>N times r times p.</summary>
    public const long MostScryptWork = 4 * 1024 * 1024;

    public const int LeastPhpassLog = 7;
    public const int MostPhpassLog = 16;

    public const int MostSaltSize = 64;
    public const int LeastOutputSize = 16;
    public const int MostOutputSize = 64;
}
