using System.Text.Encodings.Web;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.Ui.Resources;

namespace AuthServer.Commands;

/// <summary>Prints the texts of pages and mails, for whoever writes a file of TEXTS_DIRECTORY.</summary>
public static class TextsCommand
{
    public static readonly CommandHelp Help = new("texts", "texts [TAG]", "Print the texts of pages and mails in a language",
        """
        One JSON object of text by name, in the form that a file of TEXTS_DIRECTORY has: change what is to be different, drop the rest.
        TAG is a language tag such as de; without it they are in English. A text that the language lacks is in English. What the files of
        TEXTS_DIRECTORY change is printed as changed.
        """);

    // For people and their editors: é stays é.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task<int> RunAsync(string[] args)
    {
        return CommandLine.RunAsync(Help, args, Math.Min(CommandLine.CountWords(args), 1), async (named, options) =>
        {
            var tag = named is [var word] ? word : Language.EnglishTag;
            var languages = CommandSettings(options).ToLanguages();
            if (languages.Find(tag) is not { } language)
            {
                await Console.Error.WriteLineAsync(
                    $"There are no texts in \"{tag}\". The languages are {string.Join(", ", languages.All.Select(l => l.Tag))}.");
                return ExitCodes.BadInput;
            }

            await using var output = Console.OpenStandardOutput();
            await using (var json = new Utf8JsonWriter(output, Readable)) LanguageFiles.Write(language, json);
            output.WriteByte((byte)'\n');
            return ExitCodes.Done;
        });
    }

    // Of all settings these alone decide, so that the command works beside a server that is not set up yet.
    private static LanguageOptions CommandSettings(string[] options)
    {
        var reader = new SettingsReader(WebApplication.CreateSlimBuilder(options).Configuration);
        var settings = reader.Read<LanguageOptions>();
        reader.Problems.ThrowIfAny();
        return settings;
    }
}
