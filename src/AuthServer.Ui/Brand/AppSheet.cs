using System.Globalization;
using System.Text;
using AuthServer.Ui.Layout;
using Microsoft.AspNetCore.Http;

namespace AuthServer.Ui.Brand;

/// <summary>
/// The stylesheet of an app's look: GET /assets/app.css with the look as its query. It is a function of the query alone, so every replica
/// answers it, and a browser keeps it for ever.
/// </summary>
internal static class AppSheet
{
    public const string FileName = "app.css";

    private const string ColourKey = "colour", RadiusKey = "radius", FontKey = "font", BackgroundKey = "background", VersionKey = "v";

    /// <returns>Null when the app has no look of its own beside its logo.</returns>
    public static string? QueryOf(AppBrand app, string version)
    {
        var query = QueryString.Empty;
        // Without its #, which would begin the fragment.
        if (app.Colour is { } colour) query = query.Add(ColourKey, colour.ToString()[1..]);
        if (app.Radius is { } radius) query = query.Add(RadiusKey, radius.ToString(CultureInfo.InvariantCulture));
        if (app.Font is { } font) query = query.Add(FontKey, BrandWords.Of(font));
        if (app.Background is { } background) query = query.Add(BackgroundKey, BrandWords.Of(background));
        return query.HasValue ? query.Add(VersionKey, version).ToUriComponent() : null;
    }

    /// <returns>The sheet, or null for a query that no app has: nothing of it gets into the sheet unread.</returns>
    public static byte[]? Read(IQueryCollection query)
    {
        if (query.Any(part => part.Value.Count != 1)) return null;
        Colour? colour = null;
        int? radius = null;
        BrandFont? font = null;
        BrandBackground? background = null;
        foreach (var (key, value) in query)
        {
            var text = value.ToString();
            var isRead = key switch
            {
                ColourKey => (colour = Colour.Parse('#' + text)) is not null,
                RadiusKey => (radius = RadiusOf(text)) is not null,
                FontKey => (font = BrandWords.Read<BrandFont>(text)) is not null,
                BackgroundKey => (background = BrandWords.Read<BrandBackground>(text)) is not null,
                _ => key == VersionKey,
            };
            if (!isRead) return null;
        }

        return Encoding.UTF8.GetBytes(BrandSheet.Of(colour, radius, font, background));
    }

    private static int? RadiusOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var radius) && radius <= Branding.MostRadius
            ? radius
            : null;
}
