using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace AuthServer.Ui.Resources;

/// <summary>A file of texts that cannot be used, and what is wrong with it.</summary>
public sealed class LanguageFileException(string message) : Exception(message);

/// <summary>
/// Reads languages: those of this assembly, and files of an operator, who changes single texts or adds a language. A file is named after
/// its language, such as de.json or pt-BR.json, and is one JSON object: text by name, or forms by plural category.
/// </summary>
public static class LanguageFiles
{
    private const string Prefix = "languages/", Ending = ".json";

    private static readonly FrozenDictionary<string, PluralCategory> Categories =
        Enum.GetValues<PluralCategory>().ToFrozenDictionary(WordOf, StringComparer.Ordinal);

    // Hidden files are not texts, and neither are what a volume of Kubernetes adds.
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <param name="folder">Of the operator; null where there is none.</param>
    /// <exception cref="LanguageFileException">A file there is not as it has to be.</exception>
    public static LanguageSet Read(string? folder)
    {
        var changed = (folder is null ? [] : OfFolder(folder))
            .ToDictionary(file => file.Tag, file => file.Texts, StringComparer.OrdinalIgnoreCase);
        var own = OwnTags();
        return new(own.Union(changed.Keys, StringComparer.OrdinalIgnoreCase)
            .Select(tag => new Language(tag, () => Together(tag, own.Contains(tag), changed.GetValueOrDefault(tag))))
            .OrderBy(language => language.Tag != Language.EnglishTag)
            .ThenBy(language => language.Name, StringComparer.InvariantCulture));
    }

    /// <summary>Every text as a file has it; what the language lacks in English.</summary>
    public static void Write(Language language, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        var categories = CategoriesOf(language.Tag);
        foreach (var (name, english) in Texts.English)
        {
            var text = language.TextOrNull(name) ?? english;
            if (text.Forms is null)
            {
                json.WriteString(name, text.Other);
                continue;
            }

            json.WriteStartObject(name);
            // English has forms that others lack.
            foreach (var (category, form) in text.Forms.Where(form => categories.Contains(form.Key)))
            {
                json.WriteString(WordOf(category), form);
            }
            if (!text.Forms.ContainsKey(PluralCategory.Other)) json.WriteString("other", text.Other);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static Dictionary<string, LanguageText> Together(string tag, bool isOwn, Dictionary<string, LanguageText>? changed)
    {
        Dictionary<string, LanguageText> texts = isOwn && tag != Language.EnglishTag ? OfAssembly(tag) : new(StringComparer.Ordinal);
        foreach (var (name, text) in changed ?? []) texts[name] = text;
        return texts;
    }

    private static HashSet<string> OwnTags() => typeof(LanguageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..^Ending.Length])
        .Append(Language.EnglishTag).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, LanguageText> OfAssembly(string tag)
    {
        using var stream = typeof(LanguageFiles).Assembly.GetManifestResourceStream(Prefix + tag + Ending)!;
        return Parse(stream);
    }

    private static IEnumerable<(string Tag, Dictionary<string, LanguageText> Texts)> OfFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new LanguageFileException($"there is no folder {folder}");
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Ending, Visible).Order(StringComparer.Ordinal))
        {
            var tag = Path.GetFileNameWithoutExtension(path);
            if (!IsLanguage(tag)) throw new LanguageFileException($"{path}: {tag} is no language (BCP 47), such as de or pt-BR");
            yield return (tag, Checked(path, tag));
        }
    }

    private static Dictionary<string, LanguageText> Checked(string path, string tag)
    {
        Dictionary<string, LanguageText> texts;
        try
        {
            using var stream = File.OpenRead(path);
            texts = Parse(stream);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new LanguageFileException($"{path}: {error.Message}");
        }

        var (english, categories) = (Texts.English, CategoriesOf(tag));
        foreach (var (name, text) in texts)
        {
            if (!english.TryGetValue(name, out var original)) throw new LanguageFileException($"{path}: there is no text {name}");
            if (text.Forms is not null && original.Forms is null)
            {
                throw new LanguageFileException($"{path}: {name} counts nothing and has one form: {original.Other}");
            }
            // A form that no number has would be read by nobody, and its author thinks that it is.
            if (text.Forms?.Keys.FirstOrDefault(form => !categories.Contains(form), PluralCategory.Other) is { } unused
                && unused != PluralCategory.Other)
            {
                throw new LanguageFileException(
                    $"{path}: {name} has a form {WordOf(unused)}, which no number has in {tag}; its forms are "
                    + string.Join(", ", categories.Order().Select(WordOf)));
            }
            if (!text.IsWellFormed || !text.Gaps().IsSubsetOf(original.Gaps()))
            {
                throw new LanguageFileException($"{path}: {name} has gaps that its English text does not have: {original.Other}");
            }
        }
        return texts;
    }

    private static IReadOnlySet<PluralCategory> CategoriesOf(string tag) =>
        PluralRules.CategoriesOf(PluralRules.NameOf(CultureInfo.GetCultureInfo(tag)));

    private static string WordOf(PluralCategory category) => category.ToString().ToLowerInvariant();

    // ICU makes a culture of any tag; one that it knows nothing of has no name.
    private static bool IsLanguage(string tag)
    {
        try
        {
            return tag.Length is >= 2 and <= 35 && CultureInfo.GetCultureInfo(tag, predefinedOnly: true).Name.Length > 0;
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    private static Dictionary<string, LanguageText> Parse(Stream stream)
    {
        using var document = JsonDocument.Parse(stream, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("a file of texts is one JSON object");
        var texts = new Dictionary<string, LanguageText>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject()) texts[property.Name] = Text(property);
        return texts;
    }

    private static LanguageText Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => new(property.Value.GetString()!),
        JsonValueKind.Object => Counting(property),
        _ => throw new JsonException($"{property.Name} is neither a text nor an object of plural forms"),
    };

    private static LanguageText Counting(JsonProperty property)
    {
        var forms = new Dictionary<PluralCategory, string>();
        foreach (var form in property.Value.EnumerateObject())
        {
            if (form.Value.ValueKind != JsonValueKind.String
                || !Categories.TryGetValue(form.Name, out var category))
            {
                throw new JsonException(
                    $"{property.Name} has a form {form.Name}; the forms are texts named zero, one, two, few, many and other");
            }
            forms[category] = form.Value.GetString()!;
        }
        return forms.TryGetValue(PluralCategory.Other, out var other)
            ? new(other, forms)
            : throw new JsonException($"{property.Name} has no form other");
    }
}
