using AuthServer.Configuration;
using AuthServer.Ui;

namespace AuthServer.Seeding;

/// <summary>The app with which people try the server in Development. Its pages are this server's own: /demo and below.</summary>
public sealed class DemoApp(IssuerOptions issuer)
{
    public const string ClientId = "demo-spa";
    public const string Scopes = "openid profile email offline_access notes:read notes:write";

    /// <summary>Where ResourceApi listens by default; the demo's scopes name it as their resource.</summary>
    public const string SampleApi = "http://localhost:5081";

    public string StartAddress => issuer.IssuerText + PagePaths.Demo;

    public string RedirectUri => issuer.IssuerText + PagePaths.DemoCallback;

    /// <summary>True once the demo seed is in the database, and only while the client is the demo's own.</summary>
    public bool IsOffered { get; set; }
}
