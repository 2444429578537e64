namespace AuthServer.LoadTests.Machine;

/// <summary>Which programs the machine has, and where this source is.</summary>
internal static class Programs
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static string LoadTestsFolder => Path.Combine(Root, "tests", "AuthServer.LoadTests");

    public static bool Have(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => folder.Length > 0
            && File.Exists(Path.Combine(folder, program)));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuthPlatform.sln"))) return folder.FullName;
        }
        throw new CannotRunException("the program must lie below the folder of AuthPlatform.sln");
    }
}
