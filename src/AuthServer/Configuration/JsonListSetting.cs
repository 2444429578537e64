using System.Text.Json;

namespace AuthServer.Configuration;

/// <summary>A setting whose value is a JSON list of objects that have a name.</summary>
internal static class JsonListSetting
{
    /// <summary>Reads the list; whatever is wrong with it is a problem of the setting.</summary>
    /// <param name="read">One of them, or what is wrong with it.</param>
    /// <returns>By name; null where the text is no list.</returns>
    public static Dictionary<string, T>? Read<T>(
        string key, string text, string cure, SettingProblems problems, Func<JsonElement, (T? Item, string? Fault)> read,
        Func<T, string> nameOf)
        where T : class
    {
        try
        {
            var found = new Dictionary<string, T>(StringComparer.Ordinal);
            foreach (var json in JsonElement.Parse(text).EnumerateArray())
            {
                var (item, fault) = read(json);
                if (item is null) problems.Add(key, fault!, cure);
                else if (!found.TryAdd(nameOf(item), item)) problems.Add(key, $"has {nameOf(item)} twice", cure);
            }

            return found;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            problems.Add(key, "is no JSON list", cure);
            return null;
        }
    }
}
