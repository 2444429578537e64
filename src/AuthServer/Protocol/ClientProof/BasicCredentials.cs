namespace AuthServer.Protocol.ClientProof;

/// <summary>
/// Reads the credentials of HTTP Basic (RFC 7617) as OAuth writes them: both halves form-encoded (RFC 6749 section 2.3.1).
/// </summary>
public static class BasicCredentials
{
    /// <summary>The challenge of RFC 7617 section 2, which names a realm.</summary>
    public const string Challenge = $"Basic realm=\"{Realm}\"";

    public const string Realm = "AuthPlatform";

    private const string Scheme = "Basic ";
    private const int Longest = 1024;

    /// <summary>Whether a header names the scheme, which is compared in any case (RFC 9110 section 11.1).</summary>
    public static bool IsBasic(string? header) => header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <returns>Null when the header is not well formed; an empty password stands for none.</returns>
    public static (string ClientId, string Secret)? Parse(string header)
    {
        if (header.Length > Longest || !IsBasic(header)) return null;
        var encoded = header.AsSpan(Scheme.Length).Trim();
        // The framework's decoder passes over white space; RFC 4648 section 3.1 has none.
        if (encoded.ContainsAny(' ', '\t')) return null;
        Span<byte> bytes = stackalloc byte[Longest];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length)) return null;
        ReadOnlySpan<byte> pair = bytes[..length];
        var colon = pair.IndexOf((byte)':');
        if (colon <= 0) return null;
        return FormEncoding.Decode(pair[..colon]) is { } user && FormEncoding.Decode(pair[(colon + 1)..]) is { } password
            ? (user, password)
            : null;
    }
}
