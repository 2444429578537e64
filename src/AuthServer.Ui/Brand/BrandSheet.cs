using System.Globalization;
using System.Text;

namespace AuthServer.Ui.Brand;

/// <summary>
/// The stylesheet that gives the pages the look of a brand. It comes after pages.css and sets nothing but what the brand says.
/// </summary>
internal static class BrandSheet
{
    private const string SystemFont = "ui-sans-serif, system-ui, \"Segoe UI\", \"Noto Sans\", \"Noto Sans Arabic\", sans-serif";

    private const string None = "transparent";

    private const string Plain = ":root { --backdrop: var(--paper); }\n", Glow = ":root { --backdrop: var(--glow-backdrop); }\n";

    /// <param name="fontFile">The name of a woff2 file beside the sheet.</param>
    /// <param name="picture">The address of a picture, or the name of a file beside the sheet.</param>
    public static string Of(
        Colour? colour, int? radius, BrandFont? font, BrandBackground? background, string? fontFile = null, string? picture = null)
    {
        var sheet = new StringBuilder();
        if (colour is { } own) Colours(sheet, Palette.Of(own));
        if (radius is { } corner) sheet.Append(CultureInfo.InvariantCulture, $":root {{ --radius: {corner}px; }}\n");
        if (fontFile is not null)
        {
            sheet.Append(CultureInfo.InvariantCulture,
                $$"""
                @font-face { font-family: Brand; font-weight: 100 900; font-display: swap; src: url("{{fontFile}}") format("woff2"); }
                :root { --font: Brand, {{SystemFont}}; }

                """);
        }
        else if (font is { } named)
        {
            sheet.Append(CultureInfo.InvariantCulture, $":root {{ --font: {Stack(named)}; }}\n");
        }

        if (picture is not null) Picture(sheet, picture);
        else if (background is not null) sheet.Append(background is BrandBackground.Plain ? Plain : Glow);
        return sheet.ToString();
    }

    private static void Colours(StringBuilder sheet, Palette palette)
    {
        var (light, dark) = (palette.Light, palette.Dark);
        // For browsers without light-dark(), which show light pages.
        sheet.Append(CultureInfo.InvariantCulture,
            $$"""
            :root {
              --brand-hue: {{palette.Hue}}; --brand-chroma: {{palette.Chroma}};
              --brand: {{light.Ink}}; --brand-over: {{light.InkOver}}; --on-brand: {{light.OnInk}};
              --fill: {{light.Fill}}; --fill-over: {{light.FillOver}}; --on-fill: {{light.OnFill}};
              --fill-edge: {{light.FillEdge ?? None}};
            }
            @supports (color: light-dark(oklch(0 0 0), oklch(1 0 0))) {
              :root {
                --brand: {{Both(s => s.Ink)}}; --brand-over: {{Both(s => s.InkOver)}}; --on-brand: {{Both(s => s.OnInk)}};
                --fill: {{Both(s => s.Fill)}}; --fill-over: {{Both(s => s.FillOver)}}; --on-fill: {{Both(s => s.OnFill)}};
                --fill-edge: {{Both(s => s.FillEdge ?? None)}};
              }
            }

            """);

        string Both(Func<Shades, string> part) => $"light-dark({part(light)}, {part(dark)})";
    }

    // Nothing but the sheet and the line below it stands on the picture, and both have a ground of their own.
    private static void Picture(StringBuilder sheet, string address) => sheet.Append(CultureInfo.InvariantCulture,
        $$"""
        :root { --backdrop: var(--paper) url("{{address}}") center / cover no-repeat; }
        @media (min-width: 30.01rem) {
        body:not(.account) > footer {
          justify-self: center; margin-block-end: 1rem; padding: .375rem 1.25rem;
          background: var(--sheet); border-radius: var(--radius);
        }
        }

        """);

    private static string Stack(BrandFont font) => font switch
    {
        BrandFont.Serif => "ui-serif, Georgia, Cambria, \"Noto Serif\", \"Times New Roman\", serif",
        BrandFont.Rounded => "ui-rounded, \"Arial Rounded MT Bold\", \"Varela Round\", Nunito, " + SystemFont,
        BrandFont.Figtree => "Figtree, " + SystemFont,
        _ => SystemFont,
    };
}
