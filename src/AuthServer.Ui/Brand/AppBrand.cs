namespace AuthServer.Ui.Brand;

/// <summary>
/// What an operator gives one of their own apps to look like; what is null looks like the server. Its picture is no file of the server.
/// </summary>
/// <param name="App">The name of the app, for people who do not see its logo.</param>
public sealed record AppBrand(string App)
{
    public Colour? Colour { get; init; }

    /// <summary>In pixels.</summary>
    public int? Radius { get; init; }

    public BrandFont? Font { get; init; }

    public BrandBackground? Background { get; init; }

    /// <summary>An https address.</summary>
    public string? LogoUrl { get; init; }

    /// <summary>An https address.</summary>
    public string? LogoDarkUrl { get; init; }

    /// <summary>The picture of a browser's tab: an https address.</summary>
    public string? FaviconUrl { get; init; }

    /// <summary>Where people get help: an https address.</summary>
    public string? HelpUrl { get; init; }

    /// <summary>Its privacy notice: an https address.</summary>
    public string? PrivacyUrl { get; init; }

    /// <summary>Its terms of use: an https address.</summary>
    public string? TermsUrl { get; init; }

    /// <summary>Whether it shows something that could be taken for the server's: then the page names the server.</summary>
    internal bool NeedsServerName => (LogoUrl ?? HelpUrl ?? PrivacyUrl ?? TermsUrl) is not null;

    /// <summary>With the links that the registration has for every app, if it has them over https.</summary>
    public AppBrand For(string app, string? policyUri, string? tosUri) => this with
    {
        App = app, PrivacyUrl = Https(policyUri), TermsUrl = Https(tosUri),
    };

    private static string? Https(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri.AbsoluteUri : null;
}
