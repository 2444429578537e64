using AuthServer.Ui.Brand;
using AuthServer.Ui.Layout;

namespace AuthServer.UnitTests.Ui;

/// <summary>WCAG 2.2, 1.4.3 and 1.4.11, for the colours that are made of the one that an operator gives.</summary>
public sealed class PaletteTests
{
    private static readonly ColourTokens Tokens = new();

    private static readonly string[] Words =
        ["#ffff00", "#ffd400", "#ffffff", "#000000", "#777777", "#767676", "#ff0000", "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#2a55bd",
            "#0b1f4b", "#e6e6fa", "#fefefe", "#010101", "#7f7f00", "#1a7f4b", "#ff7f00"];

    public static IEnumerable<string> Colours =>
    [
        .. Words,
        // Every hue, from strong to grey, from dark to light.
        .. from red in Enumerable.Range(0, 6) from green in Enumerable.Range(0, 6) from blue in Enumerable.Range(0, 6)
           select $"#{red * 51:x2}{green * 51:x2}{blue * 51:x2}",
    ];

    [Fact]
    public void Every_colour_gives_text_and_edges_that_can_be_seen_in_light_and_in_dark()
    {
        foreach (var hex in Colours)
        {
            var palette = Palette.Of(Colour.Parse(hex)!.Value);
            foreach (var dark in (bool[])[false, true]) Check(hex, palette, dark);
        }
    }

    [Fact]
    public void The_button_has_the_colour_itself_wherever_it_can_be_seen()
    {
        Assert.All((string[])["#ffd400", "#1a7f4b", "#2a55bd", "#ff0000", "#000000"], hex => Assert.Equal(hex, Light(hex).Fill));
        Assert.Equal(("#000000", true), (Light("#ffd400").OnFill, Light("#ffd400").FillEdge is not null));
        Assert.Equal(("#ffffff", null), (Light("#1a7f4b").OnFill, Light("#1a7f4b").FillEdge));
        // White on white, black on black: the opposite.
        Assert.True(Srgb.FromHex(Light("#ffffff").Fill).Contrast(Srgb.FromHex("#ffffff")) > 7);
        Assert.True(Srgb.FromHex(Palette.Of(Colour.Black).Dark.Fill).Contrast(Srgb.FromHex("#000000")) > 7);

        static Shades Light(string hex) => Palette.Of(Colour.Parse(hex)!.Value).Light;
    }

    [Fact]
    public void Pages_without_a_colour_have_the_default_in_both_forms()
    {
        var brand = new Branding();
        Assert.Same(Palette.Default, brand.Palette);
        Assert.Equal("", brand.Sheet);
        foreach (var (token, shade) in ((string, string)[])[("brand", brand.Palette.Light.Ink), ("on-brand", brand.Palette.Light.OnInk)])
            Assert.Equal(Srgb.FromHex(shade), Tokens.PlainOf(token));
    }

    [Theory]
    [InlineData("red")]
    [InlineData("#12345")]
    [InlineData("#1234567")]
    [InlineData("1a7f4b")]
    [InlineData("#1a7f4b; } body { display: none")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_colour_is_none(string? text) => Assert.Null(Colour.Parse(text));

    private static void Check(string hex, Palette palette, bool dark)
    {
        var shades = dark ? palette.Dark : palette.Light;
        foreach (var ground in (string[])["sheet", "paper", "field", "wash"])
        {
            AtLeast(4.5, shades.Ink, ground);
            AtLeast(4.5, shades.InkOver, ground);
        }

        AtLeast(3, shades.Ink, "glow");
        AtLeast(4.5, shades.OnInk, shades.Ink);
        AtLeast(4.5, shades.OnFill, shades.Fill);
        AtLeast(4.5, shades.OnFill, shades.FillOver);
        foreach (var ground in (string[])["sheet", "paper"]) AtLeast(3, shades.FillEdge ?? shades.Fill, ground);
        // Text of the page on the tints of this hue.
        foreach (var ground in (string[])["sheet", "paper", "field", "wash", "glow"])
        {
            AtLeast(4.5, "ink", ground);
            AtLeast(4.5, "ink-soft", ground);
        }

        void AtLeast(double least, string front, string back)
        {
            var contrast = Of(front).Contrast(Of(back));
            Assert.True(contrast >= least, $"{hex}, {(dark ? "dark" : "light")}: {front} on {back} has {contrast:0.00}, not {least}.");
        }

        Srgb Of(string name) => name.StartsWith('#') ? Srgb.FromHex(name) : Tokens.Of(name, dark, palette.Hue, palette.Chroma);
    }
}
