using AuthServer.Configuration;
using AuthServer.Ui;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Layout;

namespace AuthServer.Hosting.Configuring;

/// <summary>The look of pages and mails.</summary>
public sealed class BrandOptions : ICheckedSettings
{
    private readonly List<UiAsset> _files = [];
    private string? _logo, _logoDark, _favicon, _background;
    private BrandBackground _withoutPicture;
    private BrandFont _font;

    /// <summary>The name of the server as people know it.</summary>
    [Setting("BRAND_NAME")]
    public string Name { get; set; } = "AuthPlatform";

    /// <summary>
    /// The colour of buttons, links and the tints of pages, as #rrggbb. Text on it and beside it is made readable, in light and in dark.
    /// Absent: blue.
    /// </summary>
    [Setting("BRAND_COLOUR")]
    public string? Colour { get; set; }

    /// <summary>The corners of fields and buttons in pixels, from 0 to 24. Absent: 12.</summary>
    [Setting("BRAND_RADIUS", Minimum = 0, Maximum = Branding.MostRadius, Cure = "a number of pixels from 0 to 24")]
    public int? Radius { get; set; }

    /// <summary>
    /// figtree, which is served with the pages; system, serif or rounded, which are fonts of the person's system; or the path of a woff2
    /// file of at most 200 KB.
    /// </summary>
    [Setting("BRAND_FONT")]
    public string Font { get; set; } = "figtree";

    /// <summary>
    /// A logo that stands in place of the name, shown 32 pixels high: an https address, or the path of an SVG, PNG, WebP or JPEG of at most
    /// 100 KB.
    /// </summary>
    [Setting("BRAND_LOGO_URL")]
    public string? LogoUrl { get; set; }

    /// <summary>The logo for dark pages, in the same forms. Absent: the other serves both.</summary>
    [Setting("BRAND_LOGO_DARK_URL")]
    public string? LogoDarkUrl { get; set; }

    /// <summary>
    /// The picture of a browser's tab: an https address, or the path of an SVG, PNG or ICO of at most 50 KB. Absent: the logo.
    /// </summary>
    [Setting("BRAND_FAVICON_URL")]
    public string? FaviconUrl { get; set; }

    /// <summary>
    /// What is behind the sheet of a page: glow, a light in the brand's colour; plain; or a picture, by its https address or the path of a
    /// WebP, JPEG, PNG or SVG of at most 400 KB.
    /// </summary>
    [Setting("BRAND_BACKGROUND")]
    public string Background { get; set; } = "glow";

    /// <summary>
    /// The https address of a stylesheet of your own, after all others. It can restyle every page: host it where only you may write.
    /// </summary>
    [Setting("BRAND_STYLESHEET_URL")]
    public Uri? StylesheetUrl { get; set; }

    /// <summary>The address of the privacy notice, linked from every page.</summary>
    [Setting("BRAND_PRIVACY_URL")]
    public Uri? PrivacyUrl { get; set; }

    /// <summary>The address of the terms of use, linked from every page.</summary>
    [Setting("BRAND_TERMS_URL")]
    public Uri? TermsUrl { get; set; }

    /// <summary>Where people get help, linked from every page: an address of the web, or mailto:.</summary>
    [Setting("BRAND_HELP_URL")]
    public string? HelpUrl { get; set; }

    public void Check(SettingProblems problems)
    {
        _files.Clear();
        if (Colour is not null && Ui.Brand.Colour.Parse(Colour) is null)
            problems.Add("BRAND_COLOUR", $"\"{Colour}\" is no colour", "set it to one such as #1a7f4b");
        _logo = FileOr("BRAND_LOGO_URL", LogoUrl, BrandFiles.Logo, problems);
        _logoDark = FileOr("BRAND_LOGO_DARK_URL", LogoDarkUrl, BrandFiles.LogoDark, problems);
        _favicon = FileOr("BRAND_FAVICON_URL", FaviconUrl, BrandFiles.Favicon, problems);
        if (BrandWords.Read<BrandBackground>(Background) is { } named) _withoutPicture = named;
        else _background = FileOr("BRAND_BACKGROUND", Background, BrandFiles.Background, problems);
        if (BrandWords.Read<BrandFont>(Font) is { } font) _font = font;
        else if (BrandFiles.Read("BRAND_FONT", Font, BrandFiles.Font, problems) is { } file) _files.Add(file);

        if (StylesheetUrl is { } sheet && sheet.Scheme != Uri.UriSchemeHttps) RefuseHttp("BRAND_STYLESHEET_URL", sheet, problems);
        if (HelpUrl is { } help && !IsLink(help))
            problems.Add("BRAND_HELP_URL", $"\"{help}\" is no address that a page can link to", "set it to https://... or mailto:...");
    }

    /// <param name="others">Further files of the operator.</param>
    public Branding ToBranding(params IReadOnlyList<UiAsset> others) => new()
    {
        Name = Name,
        Colour = Ui.Brand.Colour.Parse(Colour),
        Radius = Radius,
        Font = _font,
        Background = _withoutPicture,
        BackgroundUrl = _background,
        LogoUrl = _logo,
        LogoDarkUrl = _logoDark,
        FaviconUrl = _favicon,
        StylesheetUrl = StylesheetUrl?.AbsoluteUri,
        PrivacyUrl = PrivacyUrl?.AbsoluteUri,
        TermsUrl = TermsUrl?.AbsoluteUri,
        HelpUrl = HelpUrl,
        Files = [.. _files, .. others],
    };

    /// <summary>The address by which pages load a picture.</summary>
    private string? FileOr(string key, string? text, BrandFiles.Purpose purpose, SettingProblems problems)
    {
        if (text is null) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
        {
            // The pages' Content-Security-Policy lets a browser load nothing over plain http.
            if (address.Scheme == "http") RefuseHttp(key, address, problems);
            return address.AbsoluteUri;
        }

        if (BrandFiles.Read(key, text, purpose, problems) is not { } file) return null;
        _files.Add(file);
        return UiAssets.Path + file.FileName;
    }

    private static bool IsLink(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("https" or "http" or "mailto");

    private static void RefuseHttp(string key, Uri address, SettingProblems problems) =>
        problems.Add(key, $"{address} is http, which browsers do not load on these pages", "set it to an https address");
}
