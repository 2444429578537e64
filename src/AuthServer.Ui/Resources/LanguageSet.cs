using System.Collections.Frozen;

namespace AuthServer.Ui.Resources;

/// <summary>The languages of this server, and which of them a person is answered in.</summary>
public sealed class LanguageSet
{
    // What browsers and apps call a language that has another tag here. Taiwan, Hong Kong and Macau write traditional characters.
    private static readonly FrozenDictionary<string, string> OtherTags = new Dictionary<string, string>
    {
        ["pt"] = "pt-BR", ["zh"] = "zh-Hans", ["zh-tw"] = "zh-Hant", ["zh-hk"] = "zh-Hant", ["zh-mo"] = "zh-Hant", ["iw"] = "he",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, Language> _byTag;

    internal LanguageSet(IEnumerable<Language> languages)
    {
        All = [.. languages];
        _byTag = All.ToFrozenDictionary(l => l.Tag, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>In the order of preference of the operator.</summary>
    public IReadOnlyList<Language> All { get; }

    /// <summary>Where nothing is known of a person.</summary>
    public Language Default => All[0];

    /// <summary>These alone; null where one of the tags is none of this set.</summary>
    /// <param name="tags">At least one; the first becomes <see cref="Default"/>.</param>
    public LanguageSet? Only(IReadOnlyList<string> tags) =>
        tags.All(_byTag.ContainsKey) ? new(tags.Select(tag => _byTag[tag]).Distinct()) : null;

    /// <summary>RFC 4647 section 3.4 (lookup): the range, then ever less of it, until there is such a language.</summary>
    public Language? Find(string? range)
    {
        if (range is not { Length: > 0 and <= 64 }) return null;
        for (var rest = range; ;)
        {
            if (_byTag.TryGetValue(OtherTags.GetValueOrDefault(rest, rest), out var language)) return language;
            var end = rest.LastIndexOf('-');
            // A single letter introduces what follows it.
            if (end >= 2 && rest[end - 2] == '-') end -= 2;
            if (end <= 0) return null;
            rest = rest[..end];
        }
    }

    /// <summary>The first of several ranges, in the order of preference, that there is a language for.</summary>
    public Language? FindFirst(IEnumerable<string> ranges) => ranges.Select(Find).FirstOrDefault(language => language is not null);
}
