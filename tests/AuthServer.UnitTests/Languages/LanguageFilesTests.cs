using System.Text.Json;
using AuthServer.Ui.Resources;

namespace AuthServer.UnitTests.Languages;

/// <summary>The files of an operator change texts and add languages, and are refused where they are wrong.</summary>
public sealed class LanguageFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_text_of_a_language_is_changed_and_the_others_stay()
    {
        Write("de.json", """{ "SignIn": "Hereinspaziert" }""");
        using var use = new LanguageUse(Read().Find("de")!);
        Assert.Equal("Hereinspaziert", Texts.SignIn);
        Assert.NotEqual("Password", Texts.Password);
    }

    [Fact]
    public void A_text_of_English_is_changed()
    {
        Write("en.json", """{ "SignIn": "Log in" }""");
        using var use = new LanguageUse(Read().Default);
        Assert.Equal(("Log in", "Password"), (Texts.SignIn, Texts.Password));
    }

    [Fact]
    public void A_language_is_added_and_what_it_lacks_is_in_English()
    {
        Write("cs.json", """{ "SignIn": "Přihlásit se", "WaitMinutes": { "one": "minutu", "few": "{0} minuty", "other": "{0} minut" } }""");
        using var use = new LanguageUse(Read().Find("cs-CZ")!);
        Assert.Equal(("Přihlásit se", "Password"), (Texts.SignIn, Texts.Password));
        Assert.Equal("minutu", Text.Wait(TimeSpan.FromMinutes(1)));
        Assert.Equal("3 minuty", Text.Wait(TimeSpan.FromMinutes(3)));
        Assert.Equal("7 minut", Text.Wait(TimeSpan.FromMinutes(7)));
        Assert.Equal(("cs", "ltr", "3 hours"), (Language.CurrentTag, Language.CurrentDirection, Text.Wait(TimeSpan.FromHours(3))));
    }

    [Theory]
    [InlineData("cy", "zero one two few many other")]
    [InlineData("ga", "one two few many other")]
    [InlineData("br", "one two few many other")]
    [InlineData("mt", "one two few many other")]
    [InlineData("fr", "one many other")]
    [InlineData("pt-PT", "one many other")]
    public void Every_form_that_a_number_has_is_taken(string tag, string forms)
    {
        var texts = string.Join(", ", forms.Split(' ').Select(form => $"\"{form}\": \"{{0}} {form}\""));
        Write(tag + ".json", $"{{ \"WaitMinutes\": {{ {texts} }} }}");
        Assert.NotNull(Read().Find(tag));
    }

    [Fact]
    public void What_is_printed_of_a_language_is_taken_as_its_file()
    {
        foreach (var tag in new[] { "vi", "cy", "de", "ja" })
        {
            Write(tag + ".json", "{}");
            var file = Path.Combine(_folder.FullName, tag + ".json");
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream)) LanguageFiles.Write(Read().Find(tag)!, json);
            File.WriteAllBytes(file, stream.ToArray());
            Assert.NotNull(Read().Find(tag));
        }
    }

    [Theory]
    [InlineData("de.json", "{ \"SignIn\": ", "de.json")]
    [InlineData("de.json", "[]", "one JSON object")]
    [InlineData("de.json", "{ \"SignIn\": 1 }", "SignIn is neither")]
    [InlineData("de.json", "{ \"SingIn\": \"Anmelden\" }", "there is no text SingIn")]
    [InlineData("de.json", "{ \"SignIn\": \"Anmelden {0}\" }", "SignIn has gaps")]
    [InlineData("de.json", "{ \"BackTo\": \"Zurück zu {1}\" }", "BackTo has gaps")]
    [InlineData("de.json", "{ \"BackTo\": \"Zurück zu {0\" }", "BackTo has gaps")]
    [InlineData("de.json", "{ \"WaitMinutes\": { \"one\": \"eine\" } }", "no form other")]
    [InlineData("de.json", "{ \"WaitMinutes\": { \"some\": \"x\", \"other\": \"y\" } }", "zero, one, two, few, many and other")]
    [InlineData("de.json", "{ \"WaitMinutes\": { \"2\": \"x\", \"other\": \"y\" } }", "zero, one, two, few, many and other")]
    [InlineData("de.json", "{ \"SignIn\": { \"other\": \"x\" } }", "SignIn counts nothing")]
    [InlineData("de.json", "{ \"WaitMinutes\": { \"few\": \"x\", \"other\": \"y\" } }", "WaitMinutes has a form few")]
    [InlineData("ja.json", "{ \"WaitMinutes\": { \"one\": \"x\", \"other\": \"y\" } }", "its forms are other")]
    [InlineData("cy.json", "{ \"WaitMinutes\": { \"some\": \"x\", \"other\": \"y\" } }", "zero, one, two, few, many and other")]
    [InlineData("ga.json", "{ \"WaitMinutes\": { \"zero\": \"x\", \"other\": \"y\" } }", "one, two, few, many, other")]
    [InlineData("german.json", "{}", "german is no language")]
    [InlineData("x.json", "{}", "x is no language")]
    public void A_file_that_is_wrong_is_refused_by_its_name_and_says_why(string file, string content, string expected)
    {
        Write(file, content);
        var refused = Assert.Throws<LanguageFileException>(Read);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Assert.Throws<LanguageFileException>(() => LanguageFiles.Read(Path.Combine(_folder.FullName, "none")));

    private LanguageSet Read() => LanguageFiles.Read(_folder.FullName);

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder.FullName, name), content);
}
