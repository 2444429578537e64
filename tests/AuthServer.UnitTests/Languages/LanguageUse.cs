using AuthServer.Ui.Resources;

namespace AuthServer.UnitTests.Languages;

/// <summary>Texts are in a language until this is disposed of.</summary>
internal sealed class LanguageUse : IDisposable
{
    public LanguageUse(Language language) => Language.Use(language);

    public void Dispose() => Language.Use(null);
}
