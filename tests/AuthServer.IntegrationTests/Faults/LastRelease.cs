using System.IO.Compression;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>The server as it was last released: its own assemblies from Releases, beside the packages of today's build.</summary>
internal sealed class LastRelease : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-release-");

    public LastRelease()
    {
        var file = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Faults", "Releases"), "*.zip").Single();
        Version = Path.GetFileNameWithoutExtension(file);
        foreach (var from in Directory.EnumerateFiles(ServerProcess.ProgramFolder, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_folder.FullName, Path.GetRelativePath(ServerProcess.ProgramFolder, from));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            // Links need no room and no time.
            File.CreateSymbolicLink(to, from);
        }

        using var archive = ZipFile.OpenRead(file);
        foreach (var entry in archive.Entries)
        {
            File.Delete(Path.Combine(_folder.FullName, entry.Name));
            entry.ExtractToFile(Path.Combine(_folder.FullName, entry.Name));
        }

        // Follows no link to today's assembly: the host would load that.
        foreach (var name in new[] { "AuthServer.deps.json", "AuthServer.runtimeconfig.json" })
        {
            var path = Path.Combine(_folder.FullName, name);
            File.Delete(path);
            File.Copy(Path.Combine(ServerProcess.ProgramFolder, name), path);
        }
    }

    public string Version { get; }

    public string Program => Path.Combine(_folder.FullName, "AuthServer.dll");

    /// <summary>The people of the tests and some of their clients: a release does not know later members of a registration.</summary>
    public string SeedOf(params string[] clients)
    {
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!.AsObject();
        seed.Remove("resources");
        seed["clients"]!.AsArray().RemoveAll(client => !clients.Contains((string?)client!["client_id"]));
        var file = Path.Combine(_folder.FullName, "seed.json");
        File.WriteAllText(file, seed.ToJsonString());
        return file;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
