using System.Security.Cryptography;
using AuthServer.EndToEndTests.Fixtures;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The commands of the documents that are marked as tested work as they are written, on a server of this machine.</summary>
public sealed class DocumentedCommandTests(World world)
{
    public static TheoryData<string> Pages() => [.. DocumentedCommands.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_commands_of_a_page_work(string page)
    {
        var commands = DocumentedCommands.Of(page);
        var folder = Directory.CreateTempSubdirectory("docs-").FullName;
        try
        {
            foreach (var (name, text) in commands.Files) await File.WriteAllTextAsync(Path.Combine(folder, name), Real(text));
            await Program.RunAsync("bash", ["-euo", "pipefail", "-c", Shell + Real(commands.Script)], folder,
                ("PROGRAM", Program.Dll("AuthServer")), ("ASPNETCORE_ENVIRONMENT", "Development"), ("AUTHSERVER_DATA", world.ServerData),
                ("ADMIN_EMAIL", World.EmailOf(World.Admin)), ("ADMIN_PASSWORD", World.Password), ("PERSON_EMAIL", World.EmailOf("petra")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The program by its name, and a curl that takes an answer with an error for a failure.</summary>
    private const string Shell = """
        AuthServer() { dotnet "$PROGRAM" "$@"; }
        curl() { command curl --fail-with-body "$@"; }

        """;

    private string Real(string text) => text
        .Replace("http://localhost:5080", world.Server, StringComparison.Ordinal)
        .Replace(
            DocumentedCommands.ExampleOfASecret, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), StringComparison.Ordinal);
}
