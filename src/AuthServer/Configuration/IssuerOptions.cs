namespace AuthServer.Configuration;

/// <summary>Under which address the world knows this server.</summary>
public sealed class IssuerOptions : ICheckedSettings
{
    /// <summary>
    /// The public address of this server and the issuer of its tokens: https, or http on localhost, 127.0.0.1 or [::1]. Required beside
    /// DATABASE_URL; otherwise the first loopback address that is listened on.
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
    public Uri Issuer { get; set; } = new("http://localhost:5080");

    public bool IsHttps => Issuer.Scheme == Uri.UriSchemeHttps;

    /// <summary>The issuer as configured: without a slash at the end, which <see cref="Uri.AbsoluteUri"/> would add.</summary>
    public string IssuerText => Issuer.GetLeftPart(UriPartial.Authority);

    /// <summary>The audience of the JSON API.</summary>
    public string ApiAudience => IssuerText + ApiPaths.Root;

    /// <summary>The origin of the front end as browsers send it, null when there is none.</summary>
    public string? FrontendOrigin => FrontendUrl?.GetLeftPart(UriPartial.Authority);

    public void Check(SettingProblems problems)
    {
        if (ApiBaseUrl is null) return;
        Issuer = ApiBaseUrl;
        if (!IsOriginAlone(ApiBaseUrl))
            problems.Add(
                "API_BASE_URL", "has a path, query, fragment or user",
                "set it to scheme, host and port alone, such as https://id.example.com");
        else if (!IsHttps && !LoopbackHost.IsHostOf(ApiBaseUrl))
            problems.Add(
                "API_BASE_URL", $"{IssuerText} is http and not on this machine",
                "set it to an https address; plain http is for localhost, 127.0.0.1 and [::1]");
    }

    // By the text as it was written, because Uri removes "/..", "/." and an empty port.
    private static bool IsOriginAlone(Uri address)
    {
        var text = address.OriginalString.Trim();
        var authority = text.AsSpan(text.IndexOf("://", StringComparison.Ordinal) + 3);
        var end = authority.IndexOfAny("/?#\\@");
        return !authority.TrimEnd('/').EndsWith(":") && (end < 0 || (end == authority.Length - 1 && authority[end] == '/'));
    }
}
