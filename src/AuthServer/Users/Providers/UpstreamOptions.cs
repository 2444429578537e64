using System.Text.RegularExpressions;
using AuthServer.Configuration;

namespace AuthServer.Users.Providers;

/// <summary>Sign-in with accounts of other providers; docs/upstream.md has a recipe for each.</summary>
public sealed partial class UpstreamOptions : ICheckedSettings
{
    internal const string Key = "UPSTREAM_PROVIDERS";

    private const int LongestName = 32;

    /// <summary>
    /// The providers that people may sign in with, in the order of their buttons: short names of your choice, such as google,corp. A name
    /// stands in the keys below, in the redirect URI that you register with the provider (/signin/with/NAME), and in the parameter
    /// identity_provider.
    /// </summary>
    [Setting(Key)]
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>In the order of <see cref="Names"/>.</summary>
    internal IReadOnlyList<UpstreamProvider> Providers { get; private set; } = [];

    public void Check(SettingProblems problems)
    {
        foreach (var name in Names.Where(name => name.Length > LongestName || !NameForm().IsMatch(name)))
        {
            problems.Add(
                Key, $"\"{name}\" is not a name", $"use letters a to z in lower case, digits and -, at most {LongestName} in all");
        }
        foreach (var twice in Names.GroupBy(KeyOf).Where(group => group.Count() > 1))
        {
            problems.Add(Key, $"names {string.Join(" and ", twice)}, whose keys are the same", "give each provider a name of its own");
        }
    }

    /// <summary>Variables that look like settings of a provider that is not named.</summary>
    internal IReadOnlyList<string> IdleKeys { get; private set; } = [];

    /// <summary>Reads the settings of each provider, and refuses those that none has.</summary>
    internal void ReadProviders(SettingsReader reader, IssuerOptions issuer, IEnumerable<string> environmentNames)
    {
        var problems = reader.Problems;
        var names = Names.Where(name => NameForm().IsMatch(name)).DistinctBy(KeyOf).ToList();
        Providers =
        [
            .. names.Select(name => reader.Read(new UpstreamProviderOptions(), KeyOf(name)).ToProvider(name, KeyOf(name), problems))
                .OfType<UpstreamProvider>(),
        ];
        foreach (var same in Providers.GroupBy(provider => provider.Issuer).Where(group => group.Count() > 1))
        {
            problems.Add(
                Key, $"names {string.Join(" and ", same.Select(p => p.Name))}, which are one provider ({same.Key})", "keep one of them");
        }

        if (Providers.FirstOrDefault(provider => provider.Issuer == issuer.IssuerText) is { } itself)
        {
            problems.Add($"UPSTREAM_{KeyOf(itself.Name)}_ISSUER", "is this server itself", "set it to the issuer of the provider");
        }

        var unread = environmentNames.Where(name => name.StartsWith("UPSTREAM_", StringComparison.OrdinalIgnoreCase)
            && !name.StartsWith(Key, StringComparison.OrdinalIgnoreCase) && !reader.NamedKeys.Contains(name)).ToList();
        var ofOurs = unread.Where(name => names.Exists(
            n => name.StartsWith($"UPSTREAM_{KeyOf(n)}_", StringComparison.OrdinalIgnoreCase))).ToList();
        foreach (var name in ofOurs) problems.Add(name, "is not a setting of a provider", "see docs/configuration.md for the settings");
        var endings = SettingsReader.SettingsOf(typeof(UpstreamProviderOptions))
            .Select(s => s.Setting.Key[s.Setting.Key.IndexOf('>', StringComparison.Ordinal)..][1..]).ToList();
        IdleKeys = [.. unread.Except(ofOurs).Where(name => endings.Exists(
            ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal)];
    }

    /// <summary>The part of the keys that stands for a provider.</summary>
    internal static string KeyOf(string name) => name.ToUpperInvariant().Replace('-', '_');

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
