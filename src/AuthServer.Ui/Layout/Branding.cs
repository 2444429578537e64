using AuthServer.Ui.Brand;

namespace AuthServer.Ui.Layout;

/// <summary>
/// What an operator says about the look of pages and mails. Addresses are https, or paths of files that this server serves.
/// </summary>
public sealed record Branding
{
    /// <summary>The roundest corners, in pixels.</summary>
    public const int MostRadius = 24;

    /// <summary>The name of the server as people know it, shown on every page; "AuthPlatform" by default.</summary>
    public string Name { get; init; } = "AuthPlatform";

    /// <summary>The colour of links and of the one button of a page; null: blue.</summary>
    public Colour? Colour { get; init; }

    /// <summary>The corners of fields and buttons, in pixels; null: 12.</summary>
    public int? Radius { get; init; }

    public BrandFont Font { get; init; }

    public BrandBackground Background { get; init; }

    /// <summary>A logo that stands in place of mark and name; it also serves dark pages when no dark one is given.</summary>
    public string? LogoUrl { get; init; }

    /// <summary>The logo for dark pages.</summary>
    public string? LogoDarkUrl { get; init; }

    /// <summary>The picture of a browser's tab; null: the logo.</summary>
    public string? FaviconUrl { get; init; }

    /// <summary>A picture behind the sheet of a page.</summary>
    public string? BackgroundUrl { get; init; }

    /// <summary>A stylesheet of the operator, after all others.</summary>
    public string? StylesheetUrl { get; init; }

    /// <summary>The privacy notice; the link appears only when this is set.</summary>
    public string? PrivacyUrl { get; init; }

    /// <summary>The terms of use; the link appears only when this is set.</summary>
    public string? TermsUrl { get; init; }

    /// <summary>Where people get help; the link appears only when this is set.</summary>
    public string? HelpUrl { get; init; }

    /// <summary>The files of the operator, which are served with those of the pages.</summary>
    public IReadOnlyList<UiAsset> Files { get; init; } = [];

    /// <summary>The colours that follow from the brand, for light and dark.</summary>
    public Palette Palette => Colour is { } colour ? Palette.Of(colour) : Palette.Default;

    /// <summary>The font of the operator's own; null: one of <see cref="Font"/>.</summary>
    internal UiAsset? FontFile => Files.FirstOrDefault(file => file.ContentType == "font/woff2");

    /// <summary>The stylesheet that gives the pages this look; empty where nothing differs from pages.css.</summary>
    internal string Sheet => BrandSheet.Of(
        Colour, Radius, Font == BrandFont.Figtree ? null : Font, Background == BrandBackground.Glow ? null : Background, FontFile?.Name,
        Files.FirstOrDefault(file => BackgroundUrl == UiAssets.Path + file.FileName)?.Name ?? BackgroundUrl);
}
