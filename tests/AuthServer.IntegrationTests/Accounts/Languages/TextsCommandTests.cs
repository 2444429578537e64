using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Accounts.Languages;

/// <summary><c>AuthServer texts</c>, and what a start says of a wrong file.</summary>
public sealed class TextsCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_prints_what_a_file_of_texts_may_hold_with_what_a_file_has_changed()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "de.json"), """{ "SignIn": "Hereinspaziert" }""");
        var (code, output, _) = await ServerProcess.RunAsync([("TEXTS_DIRECTORY", _folder.FullName)], "texts", "de");
        Assert.Equal(0, code);
        using var texts = JsonDocument.Parse(output);
        Assert.Equal("Hereinspaziert", texts.RootElement.GetProperty("SignIn").GetString());
        Assert.Equal("eine Minute", texts.RootElement.GetProperty("WaitMinutes").GetProperty("one").GetString());

        // The server takes it back as it is.
        File.WriteAllText(Path.Combine(_folder.FullName, "de.json"), output);
        Assert.Equal(0, (await ServerProcess.RunAsync([("TEXTS_DIRECTORY", _folder.FullName)], "texts")).Item1);
    }

    [Fact]
    public async Task A_language_that_is_not_there_and_a_file_that_is_wrong_are_refused_with_what_to_do()
    {
        var (code, _, error) = await ServerProcess.RunAsync([], "texts", "tlh");
        Assert.NotEqual(0, code);
        Assert.Contains("The languages are en, ", error, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_folder.FullName, "de.json"), """{ "SingIn": "Anmelden" }""");
        (code, _, error) = await ServerProcess.RunAsync([("TEXTS_DIRECTORY", _folder.FullName)], "serve");
        Assert.NotEqual(0, code);
        Assert.Contains("TEXTS_DIRECTORY", error, StringComparison.Ordinal);
        Assert.Contains("there is no text SingIn", error, StringComparison.Ordinal);
        (code, _, error) = await ServerProcess.RunAsync([("LANGUAGES", "de tlh")], "serve");
        Assert.NotEqual(0, code);
        Assert.Contains("LANGUAGES: it names a language that is not here; choose from en, ", error, StringComparison.Ordinal);
    }
}
