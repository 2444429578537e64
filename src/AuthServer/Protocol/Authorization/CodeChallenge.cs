using System.Buffers;
using AuthServer.Clients.Directory;

namespace AuthServer.Protocol.Authorization;

/// <summary>
/// The <c>code_challenge</c> of a request (RFC 7636 section 4.2): the base64url form of a SHA-256, which is 43 letters and nothing else.
/// </summary>
public static class CodeChallenge
{
    private const int Length = 43;

    // Base64Url.IsValid passes over white space and padding.
    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether the text has the form of an S256 challenge.</summary>
    public static bool HasForm(string text) => text.Length == Length && !text.AsSpan().ContainsAnyExcept(Letters);

    /// <summary>Whether the client must send one and does not (RFC 9700 section 2.1.1).</summary>
    public static bool IsMissing(RegisteredClient client, string? challenge) => client.RequirePkce && string.IsNullOrEmpty(challenge);
}
