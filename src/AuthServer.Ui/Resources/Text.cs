using System.Globalization;

namespace AuthServer.Ui.Resources;

/// <summary>Fills the gaps of a resource text.</summary>
internal static class Text
{
    public static string Of(string format, params object?[] values) =>
        string.Format(CultureInfo.CurrentCulture, format, values);

    /// <summary>A wait in words, rounded up so that a retry does not come too early.</summary>
    public static string Wait(TimeSpan? wait)
    {
        if (wait is not { } time || time <= TimeSpan.Zero)
            return Texts.WaitALittle;
        if (time <= TimeSpan.FromSeconds(1))
            return Texts.WaitSecond;
        if (time < TimeSpan.FromSeconds(60))
            return Of(Texts.WaitSeconds, Math.Ceiling(time.TotalSeconds));
        if (time <= TimeSpan.FromMinutes(1))
            return Texts.WaitMinute;
        if (time <= TimeSpan.FromMinutes(59))
            return Of(Texts.WaitMinutes, Math.Ceiling(time.TotalMinutes));
        return time <= TimeSpan.FromHours(1) ? Texts.WaitHour : Of(Texts.WaitHours, Math.Ceiling(time.TotalHours));
    }
}
