namespace AuthServer.UnitTests.Ui;

/// <summary>WCAG 2.2, 1.4.3 (text, 4.5:1) and 1.4.11 (edges of controls, 3:1), for whatever brand colour an operator picks.</summary>
public sealed class ContrastTests
{
    private static readonly ColourTokens Tokens = new();
    private static readonly double[] Chromas = [0, 0.04, 0.1, 0.17, 0.25, 0.32];

    private static readonly string[] TextPairs =
    [
        "ink/sheet", "ink/paper", "ink/field", "ink/glow", "ink/wash", "ink/danger-bg",
        "ink-soft/sheet", "ink-soft/paper", "ink-soft/field", "ink-soft/glow", "ink-soft/wash",
        "brand/sheet", "brand/paper", "brand-over/sheet", "brand-over/paper",
        "on-brand/brand", "on-brand/brand-over", "sheet/ink",
        "danger/sheet", "danger/paper", "danger/danger-bg", "done/sheet", "done/paper",
    ];

    private static readonly string[] EdgePairs =
    [
        "edge/sheet", "edge/paper", "edge/field", "edge/wash", "danger/field", "danger/sheet", "danger/paper",
        "brand/sheet", "brand/paper", "brand/field", "brand/wash", "brand/glow",
    ];

    public static TheoryData<string, double> Pairs =>
        [.. TextPairs.Select(pair => (pair, 4.5)), .. EdgePairs.Select(pair => (pair, 3.0))];

    [Theory, MemberData(nameof(Pairs))]
    public void Contrast_holds_for_every_hue_in_light_and_dark(string pair, double least)
    {
        var (front, back) = (pair.Split('/')[0], pair.Split('/')[1]);
        foreach (var dark in (bool[])[false, true])
        foreach (var chroma in Chromas)
        for (var hue = 0; hue < 360; hue += 5)
        {
            var contrast = Tokens.Of(front, dark, hue, chroma).Contrast(Tokens.Of(back, dark, hue, chroma));
            Assert.True(
                contrast >= least,
                    $"--{front} on --{back}, {(dark ? "dark" : "light")}, hue {hue}, chroma {chroma}: {contrast:0.00} is below {least}.");
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Contrast_holds_in_browsers_without_light_dark(string pair, double least)
    {
        var contrast = Tokens.PlainOf(pair.Split('/')[0]).Contrast(Tokens.PlainOf(pair.Split('/')[1]));
        Assert.True(contrast >= least, $"{pair}: {contrast:0.00} is below {least}.");
    }

    [Fact]
    public void Every_colour_token_has_both_forms()
    {
        Assert.Equal(Tokens.Plain.Order(), Tokens.Derived.Order());
        Assert.True(Tokens.Plain.Count >= 15);
    }

    [Fact]
    public void The_contrast_formula_gives_the_known_values()
    {
        Assert.Equal(21, Srgb.FromHex("#000").Contrast(Srgb.FromHex("#fff")), 2);
        Assert.Equal(4.54, Srgb.FromHex("#767676").Contrast(Srgb.FromHex("#ffffff")), 2);

        // Red in OKLCH, from the table of CSS Color 4.
        var red = Srgb.FromOklch(0.62796, 0.25768, 29.234);
        Assert.Equal(1, red.Red, 2);
        Assert.Equal(0, red.Green, 2);
        Assert.Equal(0, red.Blue, 2);
    }
}
