namespace AuthServer.Configuration;

/// <summary>Refuses keys that look like ours and are not: a misspelt limit that silently does nothing is a hole.</summary>
public static class UnknownSettings
{
    private const string Prefix = "AUTHSERVER_";

    // Further apart than two typing mistakes a variable is more likely another program's.
    private const int MostMistakes = 2;

    // Of ASP.NET Core and the generic host; they and the sections "Kestrel:..." and "Logging:..." are passed on.
    private static readonly HashSet<string> OfTheFramework = new(StringComparer.OrdinalIgnoreCase)
    {
        "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webroot", "AllowedHosts", "detailedErrors",
        "captureStartupErrors",
        "startupAssembly", "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "preventHostingStartup", "preferHostingUrls",
        "shutdownTimeoutSeconds",
        "suppressStatusMessages", "staticWebAssets",
    };

    /// <param name="named">Keys of things that the operator has named.</param>
    public static void Refuse(
        IConfiguration configuration, IEnumerable<string> environmentNames, IEnumerable<string> arguments,
        IEnumerable<Type> options, SettingProblems problems, IEnumerable<string>? named = null)
    {
        var known = KeysOf(options);
        known.UnionWith(named ?? []);
        var ours = configuration.GetSection(SettingsReader.Section).GetChildren().Select(c => c.Key)
            .Concat(environmentNames.Where(n => n.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && !n.Contains("__", StringComparison.Ordinal)))
            .Concat(arguments.Select(ArgumentKey).OfType<string>())
            .Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var key in ours.Where(k => !known.Contains(k)))
        {
            var (nearest, distance) = Nearest(key, known);
            problems.Add(
                key, "is not a setting of this server", distance <= 4
                    ? $"did you mean {nearest}"
                    : "see docs/configuration.md for the settings");
        }
    }

    /// <summary>
    /// Variables that are probably ours with a typing mistake. They are not refused, because another program may really have one of that
    /// name.
    /// </summary>
    public static IEnumerable<(string Name, string Key)> Misspelt(IEnumerable<string> environmentNames, IEnumerable<Type> options)
    {
        var known = KeysOf(options);
        // Variables of a kind differ by a letter.
        known.UnionWith(OpenTelemetryVariables.ReadByThePackages);
        foreach (var name in environmentNames.Where(n => n.Length > 2 * MostMistakes && !known.Contains(n)).Order(StringComparer.Ordinal))
        {
            // A container may have hundreds of variables: most of them differ too much by their length alone.
            var (nearest, distance) = Nearest(name, known.Where(key => Math.Abs(key.Length - name.Length) <= MostMistakes));
            if (distance <= MostMistakes) yield return (name, nearest!);
        }
    }

    /// <summary>
    /// Variables of OpenTelemetry that nothing here reads, and that are no typing mistakes. They are not refused, because the standard has
    /// them and other programs may share the environment.
    /// </summary>
    public static IEnumerable<string> Unread(IEnumerable<string> environmentNames, IReadOnlyCollection<Type> options)
    {
        var (known, names) = (KeysOf(options), environmentNames.Where(OpenTelemetryVariables.IsOne).ToList());
        return names.Where(n => !known.Contains(n) && !OpenTelemetryVariables.ReadByThePackages.Contains(n))
            .Except(Misspelt(names, options).Select(m => m.Name)).Order(StringComparer.Ordinal);
    }

    private static HashSet<string> KeysOf(IEnumerable<Type> options) =>
        options.SelectMany(SettingsReader.SettingsOf).SelectMany(s => new[] { s.Setting.Key, s.Setting.Key + SettingsReader.FileSuffix })
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static (string? Key, int Distance) Nearest(string name, IEnumerable<string> keys)
    {
        var upper = name.ToUpperInvariant();
        return keys.Select(key => ((string?)key, Distance(key, upper))).DefaultIfEmpty((null, int.MaxValue)).MinBy(found => found.Item2);
    }

    // --KEY=value, --KEY value; a colon stands in names of sections alone.
    private static string? ArgumentKey(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal)) return null;
        var key = argument[2..].Split('=')[0];
        return key.Contains(':', StringComparison.Ordinal) || OfTheFramework.Contains(key)
            || key.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
            || OpenTelemetryVariables.IsPassedOn(key)
                || key.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase)
                ? null
                : key;
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
