using System.Text.RegularExpressions;

namespace AuthServer.Ui.Controls;

/// <summary>The last gate before an address becomes a link, a form's target or a picture.</summary>
internal static partial class LinkTarget
{
    /// <summary>
    /// The address itself, or null when following it could run script in this origin. Apps register custom schemes
    /// (RFC 8252 section 7.1), so schemes are refused by name; a malformed one is refused as a whole, because browsers repair it.
    /// </summary>
    public static string? Safe(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
            return null;
        var end = address.AsSpan().IndexOfAny(":/?#");
        if (end < 0 || address[end] != ':')
            return char.IsWhiteSpace(address[0]) || char.IsControl(address[0]) ? null : address;
        var scheme = address[..end];
        return Scheme().IsMatch(scheme) && !Scripting().IsMatch(scheme) ? address : null;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9+.\-]*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"\A(javascript|vbscript|data|blob|filesystem|view-source)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scripting();
}
