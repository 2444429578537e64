namespace AuthServer.Ui.Brand;

/// <summary>
/// The colours that follow from the one colour of a brand. Each keeps the contrast of WCAG 2.2: it is moved in lightness until it does.
/// </summary>
/// <remarks>The other tokens of pages.css follow from <see cref="Hue"/> in CSS; the tests compute the contrasts of both together.</remarks>
public sealed record Palette
{
    /// <summary>The colours of a server without a colour of its own.</summary>
    public static readonly Palette Default = new()
    {
        Hue = 264,
        Chroma = .17,
        Light = new("#2a55bd", "#1b44a8", "#fafcff", "#2a55bd", "#1b44a8", "#fafcff", null),
        Dark = new("#8fb0ff", "#aac3ff", "#0c1526", "#8fb0ff", "#aac3ff", "#0c1526", null),
    };

    // Of pages.css: stronger colours than a screen can show come out lighter than they say.
    private const double MostChroma = .22;

    // Less than this is a grey, whose hue means nothing.
    private const double Grey = .03;

    // A little more than WCAG asks for, because a screen has 8 bits a part.
    private const double Text = 4.55, Edge = 3.05, Step = .01;

    public required double Hue { get; init; }

    public required double Chroma { get; init; }

    public required Shades Light { get; init; }

    public required Shades Dark { get; init; }

    public static Palette Of(Colour colour)
    {
        var own = colour.ToOklch();
        var grey = own.Chroma < Grey;
        var hue = grey ? Default.Hue : Math.Round(own.Hue, 1);
        var chroma = grey ? 0 : Math.Min(Math.Round(own.Chroma, 3), MostChroma);
        return new()
        {
            Hue = hue,
            Chroma = chroma,
            Light = Shades(colour, new(Math.Min(own.Lightness, .485), chroma, hue), new Ground(dark: false, hue), grey),
            Dark = Shades(colour, new(Math.Max(own.Lightness, .74), chroma * .8, hue), new Ground(dark: true, hue), grey),
        };
    }

    private static Shades Shades(Colour colour, Oklch start, Ground ground, bool grey)
    {
        var ink = Move(start, ground.Away, shown => shown.Contrast(ground.Wash) >= Text);
        var over = Colour.Of(ink with { Lightness = Math.Clamp(ink.Lightness + (ground.Away * .06), 0, 1) });
        var fill = colour;
        if (colour.Contrast(ground.Sheet) < Edge)
        {
            // Black on a dark page, white on a light one: the opposite grey, so that the button is still the strongest thing on the page.
            if (grey) fill = Colour.Of(new(ground.IsDark ? .95 : .25, 0, 0));
            else if (ground.IsDark) fill = Colour.Of(Move(colour.ToOklch(), ground.Away, shown => shown.Contrast(ground.Sheet) >= Edge));
        }

        var onFill = On(fill);
        // Yellow on a light page keeps its colour, and gets an edge.
        var edge = fill.Contrast(ground.Sheet) >= Edge && fill.Contrast(ground.Paper) >= Edge
            ? null
            : Colour.Of(Move(fill.ToOklch(), ground.Away, shown => shown.Contrast(ground.Wash) >= Edge)).ToString();
        var shownInk = Colour.Of(ink);
        return new(
            shownInk.ToString(), over.ToString(), On(shownInk).ToString(), fill.ToString(), Over(fill, onFill).ToString(),
            onFill.ToString(), edge);
    }

    /// <summary>The fill under a pointer: a little darker under white text, a little lighter under black.</summary>
    private static Colour Over(Colour fill, Colour onFill)
    {
        var own = fill.ToOklch();
        var away = onFill == Colour.White ? -.06 : .06;
        // At the end of the scale there is room on the other side alone, where black and white have contrast to spare.
        if (own.Lightness + away is < .05 or > .97) away = -away * 1.5;
        var over = Colour.Of(own with { Lightness = own.Lightness + away });
        return over.Contrast(onFill) >= Text ? over : fill;
    }

    // One of the two always has it: they meet at 4.58.
    private static Colour On(Colour ground) => ground.Contrast(Colour.White) >= Text ? Colour.White : Colour.Black;

    private static Oklch Move(Oklch colour, int way, Func<Colour, bool> isEnough)
    {
        while (colour.Lightness is > 0 and < 1 && !isEnough(Colour.Of(colour)))
            colour = colour with { Lightness = Math.Clamp(colour.Lightness + (way * Step), 0, 1) };
        return colour;
    }

    /// <summary>What the colours stand on; the values are those of pages.css.</summary>
    private sealed class Ground(bool dark, double hue)
    {
        public bool IsDark => dark;

        /// <summary>Where contrast grows.</summary>
        public int Away => dark ? 1 : -1;

        public Colour Sheet { get; } = Colour.Of(dark ? new(.205, .016, hue) : new(1, 0, 0));

        public Colour Paper { get; } = Colour.Of(dark ? new(.165, .014, hue) : new(.975, .006, hue));

        /// <summary>Of the grounds for text the one nearest to it.</summary>
        public Colour Wash { get; } = Colour.Of(dark ? new(.27, .018, hue) : new(.958, .008, hue));
    }
}

/// <summary>The colours of a brand on a light page or on a dark one, as #rrggbb.</summary>
/// <param name="Ink">Of links, marks and the focus: text contrast on every ground.</param>
/// <param name="InkOver">The same under a pointer.</param>
/// <param name="OnInk">Of what stands on <paramref name="Ink"/>.</param>
/// <param name="Fill">Of the one button: the colour of the brand itself wherever it can be.</param>
/// <param name="FillOver">The same under a pointer.</param>
/// <param name="OnFill">Of the text on it.</param>
/// <param name="FillEdge">Of a line around it where it would hardly stand out; null: none.</param>
public sealed record Shades(string Ink, string InkOver, string OnInk, string Fill, string FillOver, string OnFill, string? FillEdge);
