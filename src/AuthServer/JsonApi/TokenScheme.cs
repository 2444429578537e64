using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace AuthServer.JsonApi;

/// <summary>Reads an Authorization header whose scheme carries one token (RFC 6750 section 2.1, RFC 9449 section 7.1).</summary>
public static class TokenScheme
{
    // RFC 9110 section 11.2; padding may follow.
    private static readonly SearchValues<char> Token68 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    /// <param name="name">The scheme, such as Bearer.</param>
    public static TokenCredentials Read(StringValues authorization, string name)
    {
        // The header is no list (RFC 9110 section 5.3): of two of them neither counts, and one that claims the scheme is an attempt.
        if (authorization is not [{ } text]) return new(authorization.Any(header => IsNamed(header, name)), null);
        if (!IsNamed(text, name)) return default;
        // RFC 9110 section 11.4: one space or more between scheme and token.
        var token = text.AsSpan(name.Length).Trim(' ');
        var unpadded = token.TrimEnd('=');
        return new(true, unpadded.IsEmpty || unpadded.ContainsAnyExcept(Token68) ? null : token.ToString());
    }

    // RFC 9110 section 11.1: a scheme has no case.
    private static bool IsNamed(string? header, string name) =>
        header is not null && header.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && (header.Length == name.Length || header[name.Length] == ' ');
}

/// <summary>What an Authorization header says to one scheme.</summary>
/// <param name="Presented">Whether the request uses the scheme at all.</param>
/// <param name="Token">Null when there is no token or when it does not have the form of one.</param>
public readonly record struct TokenCredentials(bool Presented, string? Token);
