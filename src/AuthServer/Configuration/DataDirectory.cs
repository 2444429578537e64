namespace AuthServer.Configuration;

/// <summary>The folder of the embedded default: the database file, the generated secrets, the start lock.</summary>
public sealed record DataDirectory(string Path)
{
    public bool Exists => Directory.Exists(Path);

    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Only the user who runs the server may look inside: the folder holds every secret of the embedded default.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
