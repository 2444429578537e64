namespace AuthServer.LoadTests.Machine;

/// <summary>Our servers as an operator gets them: Release, ready to run.</summary>
internal static class PublishedServers
{
    /// <summary>Publishes the project below src/ and returns the program's file.</summary>
    /// <param name="published">A folder that holds it already.</param>
    public static async Task<string> PublishAsync(string project, string? published = null)
    {
        var folder = published is { } given
            ? Path.GetFullPath(given)
            : Path.Combine(Programs.Root, "artifacts", "load", "publish", project);
        if (published is null)
        {
            Console.WriteLine($"Publishing {project} ...");
            await Child.RunAsync(
                $"{Cores.Server},{Cores.Generator}", "dotnet",
                [
                    "publish", Path.Combine(Programs.Root, "src", project), "-c", "Release", "-r", "linux-x64", "--self-contained", "false",
                    // Locked: a publish must not change the lock files.
                    "-p:PublishReadyToRun=true", "-p:RestoreLockedMode=true", "-o", folder, "-v", "quiet", "-nologo",
                    "--disable-build-servers",
                ],
                TimeSpan.FromMinutes(10), Programs.Root);
        }
        var dll = Path.Combine(folder, project + ".dll");
        return File.Exists(dll) ? dll : throw new CannotRunException($"there is no {dll}");
    }
}
