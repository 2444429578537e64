using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthServer.Ui.Brand;

/// <summary>A colour as a screen shows it: sRGB, each part from 0 to 1.</summary>
public readonly partial record struct Colour(double Red, double Green, double Blue)
{
    public static readonly Colour White = new(1, 1, 1);
    public static readonly Colour Black = new(0, 0, 0);

    /// <returns>Null unless the text is #rrggbb or #rgb.</returns>
    public static Colour? Parse(string? text)
    {
        if (text is null || !Hexadecimal().IsMatch(text)) return null;
        var digits = text.Length == 4 ? string.Concat(text[1..].Select(digit => new string(digit, 2))) : text[1..];
        return new(Part(0), Part(2), Part(4));

        double Part(int start) => int.Parse(digits.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
    }

    /// <summary>OKLCH to sRGB (CSS Color 4, section 10), cut to what a screen can show and to 8 bits a part.</summary>
    internal static Colour Of(Oklch colour)
    {
        var angle = colour.Hue * Math.PI / 180;
        var (a, b) = (colour.Chroma * Math.Cos(angle), colour.Chroma * Math.Sin(angle));
        var l = Math.Pow(colour.Lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        var m = Math.Pow(colour.Lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        var s = Math.Pow(colour.Lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return new(
            Shown((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)),
            Shown((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)),
            Shown((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)));
    }

    internal Oklch ToOklch()
    {
        var (red, green, blue) = (Linear(Red), Linear(Green), Linear(Blue));
        var l = Math.Cbrt((0.4122214708 * red) + (0.5363325363 * green) + (0.0514459929 * blue));
        var m = Math.Cbrt((0.2119034982 * red) + (0.6806995451 * green) + (0.1073969566 * blue));
        var s = Math.Cbrt((0.0883024619 * red) + (0.2817188376 * green) + (0.6299787005 * blue));
        var a = (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s);
        var b = (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s);
        var hue = Math.Atan2(b, a) * 180 / Math.PI;
        return new((0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s), Math.Sqrt((a * a) + (b * b)), hue < 0 ? hue + 360 : hue);
    }

    /// <summary>The contrast of WCAG 2.2, from 1 to 21.</summary>
    public double Contrast(Colour other)
    {
        var (one, two) = (Luminance + 0.05, other.Luminance + 0.05);
        return Math.Max(one, two) / Math.Min(one, two);
    }

    /// <summary>#rrggbb</summary>
    public override string ToString() => $"#{Byte(Red):x2}{Byte(Green):x2}{Byte(Blue):x2}";

    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    private static byte Byte(double part) => (byte)Math.Round(part * 255);

    private static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);

    private static double Shown(double linear)
    {
        var part = linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;
        return Math.Round(Math.Clamp(part, 0, 1) * 255) / 255;
    }

    [GeneratedRegex(@"\A#([0-9a-f]{3}|[0-9a-f]{6})\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();
}

/// <summary>A colour by what people see: how light (0 to 1), how strong, and its hue in degrees.</summary>
internal readonly record struct Oklch(double Lightness, double Chroma, double Hue);
