using System.Globalization;
using System.Text.RegularExpressions;
using Quartz;

namespace AuthServer.Backup.Schedule;

/// <summary>Times in UTC by the five fields of cron: minute, hour, day of month, month, day of week. Also @daily and the like.</summary>
/// <remarks>Quartz calculates them. Its own form has a field for seconds, counts days of the week from 1, and wants a "?".</remarks>
public sealed partial class CronSchedule
{
    public const string Form = "\"minute hour day month weekday\" in UTC, such as \"0 2 * * *\", or @hourly, @daily, @weekly or @monthly";

    private readonly CronExpression _cron;

    private CronSchedule(string text, CronExpression cron) => (Text, _cron) = (text, cron);

    /// <summary>As the operator wrote it.</summary>
    public string Text { get; }

    /// <summary>The same for a trigger of Quartz.</summary>
    public string QuartzText => _cron.CronExpressionString;

    /// <returns>Null: the text is no schedule.</returns>
    public static CronSchedule? Parse(string text)
    {
        var fields = Named(text.Trim()).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields is not [var minute, var hour, var day, var month, var weekday]) return null;
        if (!fields.All(f => Field().IsMatch(f)) || !Weekday().IsMatch(weekday)) return null;
        // Cron runs on either of two named days, Quartz knows no such schedule: it is refused rather than understood otherwise.
        if (weekday == "*") weekday = "?";
        else if (day == "*") day = "?";
        else return null;
        try
        {
            var cron = new CronExpression($"0 {minute} {hour} {day} {month} {Weekdays(weekday)}") { TimeZone = TimeZoneInfo.Utc };
            return new(text.Trim(), cron);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The first time after this one; null when there is none.</summary>
    public DateTime? After(DateTime utc) => _cron.GetNextValidTimeAfter(new(utc, TimeSpan.Zero))?.UtcDateTime;

    private static string Named(string text) => text.ToLowerInvariant() switch
    {
        "@hourly" => "0 * * * *",
        "@daily" or "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        _ => text,
    };

    // 0 and 7 are Sunday, which is 1 for Quartz. A number after "/" is a step.
    private static string Weekdays(string field) => Number().Replace(
        field, number => (int.Parse(number.Value, CultureInfo.InvariantCulture) % 7 + 1).ToString(CultureInfo.InvariantCulture));

    // Without the letters that only Quartz knows, such as L and W, and without steps of nothing, which Quartz takes.
    [GeneratedRegex(@"^(?!.*/0)(?:\*|\d{1,2}|[A-Za-z]{3})(?:[,/\-](?:\*|\d{1,2}|[A-Za-z]{3}))*$")]
    private static partial Regex Field();

    [GeneratedRegex(@"^(?:[0-7](?!\d)|[^\d]|/\d)+$")]
    private static partial Regex Weekday();

    [GeneratedRegex(@"(?<![/\d])\d+")]
    private static partial Regex Number();
}
