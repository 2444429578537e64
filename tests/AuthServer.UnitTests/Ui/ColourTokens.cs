using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AuthServer.Ui;
using AuthServer.Ui.Controls;

namespace AuthServer.UnitTests.Ui;

/// <summary>The colour tokens of the stylesheet as it is served.</summary>
internal sealed partial class ColourTokens
{
    private readonly Dictionary<string, string> _plain = [];
    private readonly Dictionary<string, (string Light, string Dark)> _derived = [];
    private readonly double _chromaLimit;

    public ColourTokens()
    {
        Stylesheet = Encoding.UTF8.GetString(new UiAssets(new Links("")).All.Single(asset => asset.Name == "pages.css").Content);
        _chromaLimit = Number(Limit().Match(Stylesheet).Groups[1].Value);
        foreach (Match match in Hex().Matches(Stylesheet))
            _plain.Add(match.Groups[1].Value, match.Groups[2].Value);
        foreach (Match match in LightDark().Matches(Stylesheet))
            _derived.Add(match.Groups[1].Value, (match.Groups[2].Value, match.Groups[3].Value));
    }

    public string Stylesheet { get; }

    public IReadOnlyCollection<string> Derived => _derived.Keys;

    public IReadOnlyCollection<string> Plain => _plain.Keys;

    /// <summary>The colour in browsers without light-dark().</summary>
    public Srgb PlainOf(string token) => Srgb.FromHex(_plain[token]);

    public Srgb Of(string token, bool dark, double hue, double chroma)
    {
        var parts = Oklch().Match(dark ? _derived[token].Dark : _derived[token].Light);
        Assert.True(parts.Success, $"--{token} is not of a form this test can read.");
        chroma = Math.Min(chroma, _chromaLimit);
        var written = parts.Groups[2].Value;
        var factor = Factor().Match(written);
        var ownChroma = factor.Success ? chroma * Number(factor.Groups[1].Value) : written == "var(--chroma)" ? chroma : Number(written);
        var ownHue = parts.Groups[3].Value == "var(--brand-hue)" ? hue : Number(parts.Groups[3].Value);
        return Srgb.FromOklch(Number(parts.Groups[1].Value), ownChroma, ownHue);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"--([a-z-]+): (#[0-9a-f]{3,6});")]
    private static partial Regex Hex();

    [GeneratedRegex(@"--([a-z-]+): light-dark\((oklch\(.+\)), (oklch\(.+\))\);")]
    private static partial Regex LightDark();

    [GeneratedRegex(@"--chroma: min\(var\(--brand-chroma\), ([\d.]+)\);")]
    private static partial Regex Limit();

    [GeneratedRegex(@"^oklch\(([\d.]+) (calc\(.+\)|var\([a-z-]+\)|[\d.]+) (var\([a-z-]+\)|[\d.]+)\)$")]
    private static partial Regex Oklch();

    [GeneratedRegex(@"^calc\(var\(--chroma\) \* ([\d.]+)\)$")]
    private static partial Regex Factor();
}
