namespace AuthServer.Configuration;

/// <summary>Who this server is to its clients.</summary>
public sealed class IssuerOptions
{
    /// <summary>The address under which clients and people reach the server: the issuer. https, or http on loopback.</summary>
    [Setting("API_BASE_URL", Cure = "an https URL such as https://id.example.com, or http://localhost:5080 on this machine")]
    public Uri? ApiBaseUrl { get; set; }

    /// <summary>The first-party web app: its origin may call the API from a browser, and the built-in client returns to it.</summary>
    [Setting("FRONTEND_URL", Cure = "an https URL such as https://app.example.com")]
    public Uri? FrontendUrl { get; set; }

    /// <summary>The issuer; without API_BASE_URL the start fills it with the first loopback address that the server listens on.</summary>
    public Uri Issuer => ApiBaseUrl ?? throw new InvalidOperationException("The issuer is not known before the start has resolved it.");

    /// <summary>The issuer as the exact text that tokens carry: without a trailing slash.</summary>
    public string IssuerText => Issuer.AbsoluteUri.TrimEnd('/');

    /// <summary>The audience of the JSON API.</summary>
    public string ApiAudience => IssuerText + "/v1";
}
