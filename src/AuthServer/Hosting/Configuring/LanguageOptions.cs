using AuthServer.Configuration;
using AuthServer.Ui.Resources;

namespace AuthServer.Hosting.Configuring;

/// <summary>The languages of pages and mails.</summary>
public sealed class LanguageOptions : ICheckedSettings
{
    private const string LanguagesKey = "LANGUAGES", TextsKey = "TEXTS_DIRECTORY";

    private LanguageSet? _set;

    /// <summary>
    /// The languages that pages and mails may be in, as tags such as "de,en,pt-BR"; the first is for people of whom nothing is known.
    /// Absent: all that there are, and English first.
    /// </summary>
    [Setting(LanguagesKey)]
    public IReadOnlyList<string> Languages { get; set; } = [];

    /// <summary>
    /// A directory of files such as de.json, which change single texts of a language or add one: a JSON object of text by name. The names
    /// and the English texts are printed by <c>AuthServer texts</c>. Absent: none.
    /// </summary>
    [Setting(TextsKey, Cure = "the path of a directory")]
    public string? TextsDirectory { get; set; }

    public void Check(SettingProblems problems)
    {
        // Without ICU there is no language at all; UnicodeRules says so.
        if (!UnicodeRules.AreKnown()) return;
        LanguageSet all;
        try
        {
            all = LanguageFiles.Read(TextsDirectory);
        }
        catch (LanguageFileException fault)
        {
            problems.Add(TextsKey, fault.Message, "mend the file, as docs/languages.md says");
            return;
        }

        _set = Languages.Count == 0 ? all : all.Only(Languages);
        if (_set is null)
        {
            var choice = string.Join(", ", all.All.Select(l => l.Tag));
            problems.Add(LanguagesKey, "it names a language that is not here", $"choose from {choice}");
        }
    }

    /// <summary>After <see cref="Check"/> found no fault.</summary>
    public LanguageSet ToLanguages() => _set ?? LanguageFiles.Read(TextsDirectory);
}
