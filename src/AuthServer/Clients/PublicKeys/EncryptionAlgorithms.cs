using System.Collections.Immutable;

namespace AuthServer.Clients.PublicKeys;

/// <summary>The algorithms with which texts are encrypted to clients (RFC 7518 sections 4 and 5).</summary>
public static class EncryptionAlgorithms
{
    internal const string RsaOaep256 = "RSA-OAEP-256", RsaOaep = "RSA-OAEP";

    internal const string Agreed = "ECDH-ES", AgreedWrap128 = "ECDH-ES+A128KW", AgreedWrap256 = "ECDH-ES+A256KW";

    internal const string Cbc128 = "A128CBC-HS256", Cbc256 = "A256CBC-HS512", Gcm128 = "A128GCM", Gcm256 = "A256GCM";

    /// <summary>Where a registration names a key algorithm alone (OpenID Connect Dynamic Client Registration 2).</summary>
    public const string DefaultContent = Cbc128;

    /// <summary>How the key of the content gets to the client (<c>alg</c>).</summary>
    public static readonly ImmutableArray<string> Keys = [RsaOaep256, Agreed, AgreedWrap128, AgreedWrap256, RsaOaep];

    /// <summary>How the content is encrypted (<c>enc</c>).</summary>
    public static readonly ImmutableArray<string> Contents = [Cbc128, Cbc256, Gcm128, Gcm256];

    /// <summary>What is wrong with an <c>alg</c>; null: nothing.</summary>
    public static string? FaultOfKey(string algorithm) => Keys.Contains(algorithm) ? null
        // RFC 8017 section 7.2 and its history: a client that tells whether the padding was right decrypts for everybody.
        : algorithm == "RSA1_5" ? $"RSA1_5 is not offered: its padding has been broken again and again; use {RsaOaep256}"
        : IsSymmetric(algorithm) ? $"{algorithm} is not offered: this server would have to keep a secret of the client in a form that can "
            + $"be read; use {string.Join(", ", Keys)}"
        : $"must be one of {string.Join(", ", Keys)}";

    /// <summary>What is wrong with an <c>enc</c>; null: nothing.</summary>
    public static string? FaultOfContent(string algorithm) =>
        Contents.Contains(algorithm) ? null : $"must be one of {string.Join(", ", Contents)}";

    private static bool IsSymmetric(string algorithm) =>
        algorithm == "dir" || algorithm.StartsWith("PBES2", StringComparison.Ordinal)
        || (algorithm.StartsWith('A') && algorithm.EndsWith("KW", StringComparison.Ordinal));

    internal static bool IsOfRsa(string algorithm) => algorithm is RsaOaep256 or RsaOaep;

    /// <summary>Bytes of the key of the content (RFC 7518 sections 5.2 and 5.3).</summary>
    internal static int KeyLengthOf(string content) => content switch
    {
        Gcm128 => 16,
        Gcm256 or Cbc128 => 32,
        _ => 64,
    };
}
