using System.Globalization;
using System.Text;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

/// <summary>Refuses a process that cannot compare Unicode texts.</summary>
public static class UnicodeRules
{
    // "é" in one character and in two, full-width "A", and a name of the DNS with an umlaut.
    private const string Composed = "\u00e9", Decomposed = "e\u0301", FullWidth = "\uff21", International = "b\u00fccher.example";

    /// <summary>
    /// In invariant globalization mode .NET normalizes nothing: two spellings of one address become two accounts,
    /// and a password that a phone sends decomposed is refused.
    /// </summary>
    public static void Require(SettingProblems problems)
    {
        if (AreKnown()) return;
        problems.Add(
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
            "this process runs without ICU, so that e-mail addresses and passwords would compare wrongly",
            "install ICU (libicu; icu-libs on Alpine), and set neither this variable nor InvariantGlobalization");
    }

    internal static bool AreKnown() =>
        Decomposed.Normalize(NormalizationForm.FormC) == Composed
        && FullWidth.Normalize(NormalizationForm.FormKC) == "A"
        && new IdnMapping().GetAscii(International) == "xn--bcher-kva.example";
}
