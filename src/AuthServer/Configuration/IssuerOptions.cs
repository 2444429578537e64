namespace AuthServer.Configuration;

/// <summary>Under which address the world knows this server.</summary>
public sealed class IssuerOptions : ICheckedSettings
{
    /// <summary>
    /// The public address of this server and the issuer of its tokens: https, or http on localhost, 127.0.0.1 or [::1]. It may have a
    /// path, such as https://example.com/auth, where other programs have the rest of the host. Required beside DATABASE_URL; otherwise the
    /// first loopback address that is listened on.
    /// </summary>
    [Setting("API_BASE_URL", Cure = "the address that browsers and apps use, such as https://id.example.com")]
    public Uri? ApiBaseUrl { get; set; }

    /// <summary>
    /// The address of your own front end: it may call the API from the browser (CORS), and the built-in first-party client may redirect to
    /// it.
    /// </summary>
    [Setting("FRONTEND_URL", Cure = "the address of your front end, such as https://app.example.com")]
    public Uri? FrontendUrl { get; set; }

    /// <summary>Every token names this issuer, whatever host name a request came in by.</summary>
    public Uri Issuer
    {
        get;
        set
        {
            BasePath = value.AbsolutePath.TrimEnd('/');
            Origin = value.GetLeftPart(UriPartial.Authority);
            IssuerText = Origin + BasePath;
            // Without the slash at the end, which would make it another issuer (OpenID Connect Discovery 1.0 section 4.3).
            field = new Uri(IssuerText);
        }
    } = null!;

    public IssuerOptions() => Issuer = new("http://localhost:5080");

    public bool IsHttps => Issuer.Scheme == Uri.UriSchemeHttps;

    /// <summary>The issuer as configured: without a slash at the end, which <see cref="Uri.AbsoluteUri"/> would add.</summary>
    public string IssuerText { get; private set; } = "";

    /// <summary>The issuer without its path: what browsers call the origin of our pages.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>The path of the issuer, such as /auth; empty for most servers.</summary>
    public string BasePath { get; private set; } = "";

    /// <summary>The audience of the JSON API.</summary>
    public string ApiAudience => IssuerText + ApiPaths.Root;

    /// <summary>The origin of the front end as browsers send it, null when there is none.</summary>
    public string? FrontendOrigin => FrontendUrl?.GetLeftPart(UriPartial.Authority);

    public void Check(SettingProblems problems)
    {
        if (ApiBaseUrl is null) return;
        Issuer = ApiBaseUrl;
        if (!BasePaths.IsOriginAndPath(ApiBaseUrl))
            problems.Add(
                "API_BASE_URL", "has a query, fragment or user, or other signs in its path than letters, digits and -._~",
                "set it to scheme, host and port, and a path if there is one, such as https://id.example.com or https://example.com/auth");
        else if (BasePaths.Taken(BasePath) is { } taken)
            problems.Add(
                "API_BASE_URL", $"has a path that begins with {taken}, where this server has addresses of its own",
                "take another path, such as /auth");
        else if (!IsHttps && !LoopbackHost.IsHostOf(ApiBaseUrl))
            problems.Add(
                "API_BASE_URL", $"{IssuerText} is http and not on this machine",
                "set it to an https address; plain http is for localhost, 127.0.0.1 and [::1]");
    }
}
