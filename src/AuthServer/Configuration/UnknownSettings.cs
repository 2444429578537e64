namespace AuthServer.Configuration;

/// <summary>Refuses keys that look like ours and are not: a misspelt limit that silently does nothing is a hole.</summary>
public static class UnknownSettings
{
    private const string Prefix = "AUTHSERVER_";

    public static void Refuse(
        IConfiguration configuration, IEnumerable<string> environmentNames, IEnumerable<string> arguments,
        IEnumerable<Type> options, SettingProblems problems)
    {
        var known = options.SelectMany(SettingsReader.SettingsOf).Select(s => s.Setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var ours = configuration.GetSection(SettingsReader.Section).GetChildren().Select(c => c.Key)
            .Concat(environmentNames.Where(n => n.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !n.Contains("__", StringComparison.Ordinal)))
            .Concat(arguments.Select(ArgumentKey).OfType<string>())
            .Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var key in ours.Where(k => !IsKnown(k, known)))
        {
            var nearest = known.MinBy(k => Distance(k.ToUpperInvariant(), key.ToUpperInvariant()))!;
            problems.Add(key, "is not a setting of this server",
                Distance(nearest, key.ToUpperInvariant()) <= 4 ? $"did you mean {nearest}" : "see docs/configuration.md for the settings");
        }
    }

    private static bool IsKnown(string key, HashSet<string> known) =>
        known.Contains(key) || (key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase) && known.Contains(key[..^5]));

    // --DATABASE_URL=... is ours by its capitals; --urls and --environment belong to the framework.
    private static string? ArgumentKey(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal)) return null;
        var key = argument[2..].Split('=')[0];
        return key.Contains('_', StringComparison.Ordinal) && key.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') && !key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
            && !key.StartsWith("DOTNET_", StringComparison.Ordinal) ? key : null;
    }

    /// <summary>The edit distance (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
