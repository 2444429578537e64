using System.Reflection;
using System.Runtime.CompilerServices;

namespace AuthServer.Ui.Resources;

/// <summary>
/// What pages and mails say: in English here, in the language in use where <c>Languages/TAG.json</c> has the text under the same name.
/// </summary>
internal static partial class Texts
{
    /// <summary>All texts in English, by name.</summary>
    public static IReadOnlyDictionary<string, LanguageText> English => AllInEnglish.Value;

    private static readonly Lazy<IReadOnlyDictionary<string, LanguageText>> AllInEnglish = new(ReadEnglish);

    private static string Of(string english, [CallerMemberName] string name = "") => Language.Current?.Find(name) ?? english;

    private static Dictionary<string, LanguageText> ReadEnglish()
    {
        var former = Language.Current;
        Language.Use(null);
        try
        {
            var type = typeof(Texts);
            var plain = type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(p => p.PropertyType == typeof(string))
                .Select(p => (p.Name, Text: new LanguageText((string)p.GetValue(null)!)));
            var counted = type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => f.GetValue(null)).OfType<CountedText>().Select(c => (c.Name, Text: c.English));
            return plain.Concat(counted).ToDictionary(text => text.Name, text => text.Text, StringComparer.Ordinal);
        }
        finally
        {
            Language.Use(former);
        }
    }
}
