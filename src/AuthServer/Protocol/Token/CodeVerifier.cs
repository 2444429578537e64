using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Protocol.Token;

/// <summary>PKCE at redemption (RFC 7636 section 4.6); S256 alone.</summary>
public static class CodeVerifier
{
    private const int Shortest = 43, Longest = 128;

    // RFC 7636 section 4.1: the unreserved characters of RFC 3986.
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static bool IsWellFormed(string verifier) =>
        verifier.Length is >= Shortest and <= Longest && !verifier.AsSpan().ContainsAnyExcept(Unreserved);

    /// <summary>Whether the presented verifier is the one that the challenge was made of; without a challenge there must be none.</summary>
    /// <param name="challenge">Of the authorization request.</param>
    public static bool Proves(string? challenge, string? verifier)
    {
        // RFC 9700 section 2.1.1: a verifier without a challenge is an attempt to pass off another request's code.
        if (challenge is null || verifier is null) return challenge is null && verifier is null;
        if (!IsWellFormed(verifier)) return false;
        Span<byte> text = stackalloc byte[Longest];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> proof = stackalloc byte[Base64Url.GetEncodedLength(SHA256.HashSizeInBytes)];
        SHA256.HashData(text[..Encoding.ASCII.GetBytes(verifier, text)], hash);
        Base64Url.EncodeToUtf8(hash, proof);
        return CryptographicOperations.FixedTimeEquals(proof, Encoding.ASCII.GetBytes(challenge));
    }
}
