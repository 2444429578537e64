using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace AuthServer.JsonApi;

/// <summary>The bearer scheme of the Authorization and WWW-Authenticate headers (RFC 6750 sections 2.1 and 3).</summary>
public static class BearerScheme
{
    public const string Name = "Bearer";

    // RFC 9110 section 11.2; padding may follow.
    private static readonly SearchValues<char> Token68 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    /// <summary>Reads the Authorization header of a request.</summary>
    public static BearerCredentials Read(StringValues authorization)
    {
        // The header is no list (RFC 9110 section 5.3): of two of them neither counts, and one that claims the scheme is an attempt.
        if (authorization is not [{ } text]) return new(authorization.Any(IsNamed), null);
        if (!IsNamed(text)) return default;
        // RFC 9110 section 11.4: one space or more between scheme and token.
        var token = text.AsSpan(Name.Length).Trim(' ');
        var unpadded = token.TrimEnd('=');
        return new(true, unpadded.IsEmpty || unpadded.ContainsAnyExcept(Token68) ? null : token.ToString());
    }

    /// <summary>The WWW-Authenticate header; without an error for a request that carried no token (RFC 6750 section 3.1).</summary>
    public static string Challenge(string? error = null, string? scope = null)
    {
        if (error is null) return Name;
        return scope is null ? $"{Name} error=\"{error}\"" : $"{Name} error=\"{error}\", scope=\"{scope}\"";
    }

    /// <summary>
    /// The WWW-Authenticate header for a token whose person proved too long ago, or with too little, who they are (RFC 9470 section 3).
    /// </summary>
    /// <param name="acr">The class that is needed; null: any.</param>
    public static string StepUp(TimeSpan maxAge, string? acr = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name} error=\"insufficient_user_authentication\", error_description=\"A more recent sign-in is required\", "
            + $"{(acr is null ? "" : $"acr_values=\"{acr}\", ")}max_age=\"{(int)maxAge.TotalSeconds}\"");

    // RFC 9110 section 11.1: a scheme has no case.
    private static bool IsNamed(string? header) =>
        header is not null && header.StartsWith(Name, StringComparison.OrdinalIgnoreCase)
        && (header.Length == Name.Length || header[Name.Length] == ' ');
}

/// <summary>What an Authorization header says to the bearer scheme.</summary>
/// <param name="Presented">Whether the request uses the scheme at all.</param>
/// <param name="Token">Null when there is no token or when it does not have the form of one.</param>
public readonly record struct BearerCredentials(bool Presented, string? Token);
