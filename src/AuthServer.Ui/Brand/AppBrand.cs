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
}
