namespace AuthServer.Configuration;

/// <summary>The three names of this machine that browsers never look up: <c>localhost</c>, <c>127.0.0.1</c> and <c>[::1]</c>.</summary>
/// <remarks>
/// Compared as text. <see cref="Uri.IsLoopback"/> also accepts <c>loopback</c>, <c>127.1</c> and the machine's own name; a browser resolves
/// those by DNS or LLMNR,
/// and the host that answers gets the codes that are sent there (RFC 8252 section 8.3).
/// </remarks>
public static class LoopbackHost
{
    internal static readonly string[] Names = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Whether a host name is one of them, written so.</summary>
    public static bool Is(string host) => Names.Contains(host);

    /// <summary>Whether the host of an absolute address is one of them, and is written so.</summary>
    public static bool IsHostOf(Uri address)
    {
        // The original text, because Uri rewrites 127.1 and 2130706433 to 127.0.0.1.
        var text = address.OriginalString;
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        return start > 2
            && Array.Exists(Names, name => address.Host == name && text.AsSpan(start).StartsWith(name, StringComparison.Ordinal)
            && (start + name.Length == text.Length || text[start + name.Length] is ':' or '/' or '?'));
    }
}
