namespace AuthServer.Ui.Resources;

/// <summary>Fills the gaps of a text, and writes times in words.</summary>
internal static class Text
{
    public static string Of(string format, params object?[] values) =>
        string.Format(Language.CurrentCulture, format, values);

    /// <summary>The parts of a text on both sides of its gap {0}, for what is more than text.</summary>
    public static (string Before, string After) Around(string text)
    {
        const string Gap = "{0}";
        var at = text.IndexOf(Gap, StringComparison.Ordinal);
        return at < 0 ? (text + " ", "") : (text[..at], text[(at + Gap.Length)..]);
    }

    /// <summary>Things one after the other.</summary>
    public static string List(IEnumerable<string> things) => string.Join(Texts.ListSeparator, things);

    /// <summary>A moment as people write it.</summary>
    /// <param name="utc">UTC, because the server does not know where the person is.</param>
    public static string Time(DateTime utc) => Of(Texts.TimeUtc, utc.ToString("f", Language.CurrentCulture));

    /// <summary>A wait in words, rounded up so that a retry does not come too early.</summary>
    public static string Wait(TimeSpan? wait)
    {
        if (wait is not { } time || time <= TimeSpan.Zero)
            return Texts.WaitALittle;
        if (time <= TimeSpan.FromSeconds(59))
            return Texts.WaitSeconds.Of((long)Math.Ceiling(time.TotalSeconds));
        return time <= TimeSpan.FromMinutes(59)
            ? Texts.WaitMinutes.Of((long)Math.Ceiling(time.TotalMinutes))
            : Texts.WaitHours.Of((long)Math.Ceiling(time.TotalHours));
    }

    /// <summary>How long ago something was; after a week its day.</summary>
    public static string Ago(TimeSpan passed, DateTime at)
    {
        if (passed < TimeSpan.FromMinutes(1))
            return Texts.AgoNow;
        if (passed < TimeSpan.FromHours(1))
            return Texts.AgoMinutes.Of((long)passed.TotalMinutes);
        if (passed < TimeSpan.FromDays(1))
            return Texts.AgoHours.Of((long)passed.TotalHours);
        return passed < TimeSpan.FromDays(7) ? Texts.AgoDays.Of((long)passed.TotalDays) : Of(Texts.OnDay, Day(at));
    }

    /// <summary>A day in full, as the language writes it.</summary>
    public static string Day(DateTime day) => day.ToString(Texts.DayFormat, Language.CurrentCulture);
}
