using System.Text.RegularExpressions;

namespace AuthServer.Configuration;

/// <summary>What the path of an issuer may be.</summary>
internal static partial class BasePaths
{
    // A proxy may take the base path away before it asks us: which of the two an address is has to be plain.
    // Those of the pages are written once more, because this room stands below them; a test compares.
    private static readonly string[] Own =
    [
        "/health", "/metrics", "/connect", ProtocolPaths.WellKnown, ApiPaths.Root,
        "/signin", "/signup", "/password", "/email", "/signout", "/signed-out", "/account", "/consent", "/demo", "/dev", "/assets",
        "/pictures", "/device", "/approve",
    ];

    /// <summary>By the text as it was written, because <see cref="Uri"/> removes "/..", "/." and an empty port.</summary>
    public static bool IsOriginAndPath(Uri address) => Form().IsMatch(address.OriginalString.Trim());

    /// <summary>The address of ours that the path would hide; null when there is none.</summary>
    public static string? Taken(string basePath) => Own.FirstOrDefault(
        own => basePath.Equals(own, StringComparison.OrdinalIgnoreCase)
            || basePath.StartsWith(own + "/", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\A[a-z]+://(\[[0-9a-f:.]+\]|[^/?#\\@\[\]:]+)(:[0-9]+)?(/(?!\.{1,2}(/|\z))[a-z0-9._~-]+)*/?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
