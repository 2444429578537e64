using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;

namespace AuthServer.Ui;

/// <summary>
/// The stylesheet, fonts and scripts of the pages: read from the assembly at start, named by their content, compressed once. The operator's
/// logo, font and colours are among them.
/// </summary>
public sealed partial class UiAssets
{
    public const string Path = "/assets/";

    private const string Prefix = "assets/";
    private const string BrandSheetName = "brand.css";
    private readonly Links _links;
    private readonly FrozenDictionary<string, UiAsset> _assets;

    public UiAssets(Links links, Branding? brand = null)
    {
        _links = links;
        var assembly = typeof(UiAssets).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var found = new Dictionary<string, UiAsset>(StringComparer.Ordinal);
        foreach (var file in brand?.Files ?? []) found.Add(file.Name, file);

        // Stylesheets come last: their text, and so their hash, holds the hashed names of the fonts.
        foreach (
            var resource in names.OrderBy(name => name.EndsWith(".css", StringComparison.Ordinal))
                .ThenBy(name => name, StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            var name = resource[Prefix.Length..];
            var content = bytes.ToArray();
            if (name.EndsWith(".css", StringComparison.Ordinal)) content = WithNames(Encoding.UTF8.GetString(content));
            found.Add(name, new UiAsset(name, content));
        }

        if (brand?.Sheet is { Length: > 0 } sheet) found.Add(BrandSheetName, new UiAsset(BrandSheetName, WithNames(sheet)));
        _assets = found.ToFrozenDictionary(StringComparer.Ordinal);

        byte[] WithNames(string text) => Encoding.UTF8.GetBytes(
            LocalUrl().Replace(text, match => $"url(\"{found[match.Groups[1].Value].FileName}\")"));
    }

    /// <summary>The address of a file of wwwroot, which changes when its bytes do.</summary>
    public string Url(string name) => _links.To(Path + _assets[name].FileName);

    /// <summary>The stylesheets of the brand, in their order: the server's, the app's, and that of the operator's own host.</summary>
    internal IEnumerable<string> SheetUrls(PageLook look)
    {
        if (_assets.ContainsKey(BrandSheetName)) yield return Url(BrandSheetName);
        if (look.App is { } app && AppSheet.QueryOf(app, Version) is { } query) yield return _links.To(Path + AppSheet.FileName + query);
        if (_links.Safe(look.Server.StylesheetUrl) is { } own) yield return own;
    }

    internal string IconUrl(PageLook look) => _links.Safe(look.App?.FaviconUrl) ?? IconUrl(look.Server);

    internal string IconUrl(Branding brand) => _links.Safe(brand.FaviconUrl) ?? _links.Safe(brand.LogoUrl) ?? Url("icon.svg");

    /// <summary>The font that every page needs at once; null where it is one of the system.</summary>
    internal string? FontUrl(PageLook look)
    {
        if (look.App?.Font is { } font) return font == BrandFont.Figtree ? Url("figtree.woff2") : null;
        if (look.Server.FontFile is { } file) return Url(file.Name);
        return look.Server.Font == BrandFont.Figtree ? Url("figtree.woff2") : null;
    }

    // Another release may draw another sheet from the same values.
    internal string Version => _assets["pages.css"].Hash;

    internal IEnumerable<UiAsset> All => _assets.Values;

    /// <summary>
    /// The asset a requested file name means; <paramref name="current"/> tells whether the hash is the one of these bytes.
    /// </summary>
    internal UiAsset? Find(string fileName, out bool current)
    {
        current = false;
        var parts = fileName.Split('.');
        if (parts.Length != 3 || !_assets.TryGetValue($"{parts[0]}.{parts[2]}", out var asset))
            return null;
        current = string.Equals(fileName, asset.FileName, StringComparison.Ordinal);
        return asset;
    }

    [GeneratedRegex("""url\("([a-zA-Z0-9-]+\.[a-z0-9]+)"\)""")]
    private static partial Regex LocalUrl();
}
