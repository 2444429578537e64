using System.Globalization;

namespace AuthServer.Ui.Resources;

/// <summary>Fills the gaps of a resource text.</summary>
internal static class Text
{
    public static string Of(string format, params object?[] values) =>
        string.Format(CultureInfo.CurrentCulture, format, values);

    /// <summary>A moment as people write it.</summary>
    /// <param name="utc">UTC, because the server does not know where the person is.</param>
    public static string Time(DateTime utc) => Of(Texts.TimeUtc, utc.ToString("f", CultureInfo.CurrentCulture));

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

    /// <summary>How long ago something was; after a week its day.</summary>
    public static string Ago(TimeSpan passed, DateTime at)
    {
        if (passed < TimeSpan.FromMinutes(1))
            return Texts.AgoNow;
        if (passed < TimeSpan.FromMinutes(2))
            return Texts.AgoMinute;
        if (passed < TimeSpan.FromHours(1))
            return Of(Texts.AgoMinutes, (int)passed.TotalMinutes);
        if (passed < TimeSpan.FromHours(2))
            return Texts.AgoHour;
        if (passed < TimeSpan.FromDays(1))
            return Of(Texts.AgoHours, (int)passed.TotalHours);
        if (passed < TimeSpan.FromDays(2))
            return Texts.AgoDay;
        return passed < TimeSpan.FromDays(7) ? Of(Texts.AgoDays, (int)passed.TotalDays) : Of(Texts.OnDay, Day(at));
    }

    /// <summary>A day in full, as the language writes it.</summary>
    public static string Day(DateTime day) => day.ToString(Texts.DayFormat, CultureInfo.CurrentCulture);
}
