namespace AuthServer.Pages;

/// <summary>Marks an answer that shows pages of apps in frames: the Content-Security-Policy allows these and no others.</summary>
public sealed class AppFrames
{
    private readonly string _directive;

    private AppFrames(string directive) => _directive = directive;

    public static void Show(HttpContext http, IEnumerable<string> addresses)
    {
        // Without the query, which a source of a policy does not have. A policy ends at a semicolon or a comma.
        var sources = addresses.Select(address => new Uri(address).GetLeftPart(UriPartial.Path)
            .Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal));
        http.Features.Set(new AppFrames("; frame-src " + string.Join(' ', sources.Distinct())));
    }

    /// <returns>What the policy says in addition; null: nothing.</returns>
    public static string? DirectiveOf(HttpContext http) => http.Features.Get<AppFrames>()?._directive;
}
