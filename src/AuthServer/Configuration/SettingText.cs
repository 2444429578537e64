using System.Globalization;

namespace AuthServer.Configuration;

/// <summary>Turns the text of a setting into the type of its property; otherwise says which form was expected.</summary>
public static class SettingText
{
    // More days than this overflow a TimeSpan.
    private const int LargestCount = 10_000_000;

    public static bool TryParse(Type type, string text, SettingAttribute setting, out object? value, out string expected)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        value = null;
        expected = "";
        if (type == typeof(string)) value = text;
        else if (type == typeof(int)) value = Number(text, setting, out expected);
        else if (type == typeof(bool)) value = Switch(text, out expected);
        else if (type == typeof(Uri)) value = Address(text, out expected);
        else if (type == typeof(TimeSpan)) value = Duration(text, setting, out expected);
        else if (type == typeof(byte[])) value = SecretText.Decode(text, out expected);
        else if (type == typeof(IReadOnlyList<string>)) value = List(text);
        else if (type.IsEnum) value = Choice(type, text, out expected);
        else throw new NotSupportedException($"{setting.Key}: settings of type {type.Name} have no text form.");
        return value is not null;
    }

    private static int? Number(string text, SettingAttribute setting, out string expected)
    {
        expected = (setting.Minimum, setting.Maximum) switch
        {
            (int.MinValue, int.MaxValue) => "a whole number",
            (var low, int.MaxValue) => $"a whole number of at least {low}",
            var (low, high) => $"a whole number from {low} to {high}",
        };
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= setting.Minimum && number <= setting.Maximum ? number : null;
    }

    private static bool? Switch(string text, out string expected)
    {
        expected = "true or false";
        return text.ToLowerInvariant() switch
        {
            "true" or "1" or "yes" or "on" => true,
            "false" or "0" or "no" or "off" => false,
            _ => null,
        };
    }

    private static Uri? Address(string text, out string expected)
    {
        expected = "an absolute http or https address";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) ? uri : null;
    }

    private static TimeSpan? Duration(string text, SettingAttribute setting, out string expected)
    {
        expected = setting.Longest is null
            ? "a duration such as 30s, 15m, 12h or 7d"
            : $"a duration from {setting.Shortest} to {setting.Longest}, such as 30s, 15m, 12h or 7d";
        return Duration(text) is { } duration && duration >= Duration(setting.Shortest)
            && (setting.Longest is null || duration <= Duration(setting.Longest)) ? duration : null;
    }

    /// <summary>The duration that a text such as 30s, 15m, 12h or 7d names; null for any other text.</summary>
    public static TimeSpan? Duration(string text)
    {
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > LargestCount) return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
    }

    /// <summary>A duration of whole seconds as a setting would say it.</summary>
    public static string Text(TimeSpan duration) => duration switch
    {
        { Hours: 0, Minutes: 0, Seconds: 0, Days: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalDays}d"),
        { Minutes: 0, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours}h"),
        { Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s"),
    };

    private static object? Choice(Type type, string text, out string expected)
    {
        expected = string.Join(" or ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()));
        // Enum.TryParse would also take "1" or "7".
        return Array.Find(Enum.GetNames(type), n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse(type, name) : null;
    }

    private static string[] List(string text) =>
        text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
