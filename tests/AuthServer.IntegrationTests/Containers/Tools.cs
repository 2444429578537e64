using System.Diagnostics;
using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>The programs of others that check the files of docker/: those of npm in tests/containers, and those of the system.</summary>
internal static class Tools
{
    private static readonly string Folder = Path.Combine(ServerProcess.Root, "tests", "containers");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    public static string Docker { get; } = Path.Combine(ServerProcess.Root, "docker");

    /// <summary>A check of check.mjs: its findings.</summary>
    public static async Task<string> CheckAsync(string kind, params string[] files)
    {
        var (exit, output, errors) = await NodeAsync("check.mjs", [kind, .. files]);
        Assert.True(errors.Length == 0 && exit == (output.Length == 0 ? 0 : 1), $"{kind}: exit code {exit}\n{output}\n{errors}");
        return output;
    }

    /// <summary>The check of a file in which one text is replaced by another.</summary>
    public static async Task<string> CheckChangedAsync(string kind, string file, string text, string wrong)
    {
        var content = await File.ReadAllTextAsync(Path.Combine(Docker, file));
        Assert.Contains(text, content, StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("authserver-docker-");
        try
        {
            var changed = Path.Combine(folder.FullName, Path.GetFileName(file));
            await File.WriteAllTextAsync(changed, content.Replace(text, wrong, StringComparison.Ordinal));
            return await CheckAsync(kind, changed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A YAML file of docker/ with its anchors resolved.</summary>
    public static async Task<JsonElement> ReadYamlAsync(string file) =>
        JsonElement.Parse((await NodeAsync("json.mjs", Path.Combine(Docker, file))).Output);

    public static async Task<(int ExitCode, string Output, string Errors)> NodeAsync(string script, params string[] arguments)
    {
        await Installed.Value;
        return await RunAsync("node", [Path.Combine(Folder, script), .. arguments]);
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Trim(), (await errors).Trim());
    }

    // Once for each state of package-lock.json; npm writes that file last.
    private static async Task InstallAsync()
    {
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"))) return;
        var (exit, output, errors) = await RunAsync("npm", "ci", "--prefix", Folder, "--no-audit", "--no-fund", "--silent");
        Assert.True(exit == 0, $"npm ci: {output}\n{errors}");
    }
}
