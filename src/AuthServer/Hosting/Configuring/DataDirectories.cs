using AuthServer.Configuration;
using AuthServer.Data.Encryption;

namespace AuthServer.Hosting.Configuring;

/// <summary>Finds the data directory, and makes it where the purpose of the process allows that.</summary>
public static class DataDirectories
{
    public static DataDirectory Resolve(ServerOptions server, string contentRoot)
    {
        if (server.DataDirectory is { } set) return new(Path.GetFullPath(set));
        // Beside the project when it is run from its sources: a rebuild empties bin/.
        var fromSources = File.Exists(Path.Combine(contentRoot, "AuthServer.csproj"));
        return new(Path.Combine(fromSources ? contentRoot : AppContext.BaseDirectory, "data"));
    }

    public static void Prepare(DataDirectory directory)
    {
        try
        {
            directory.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"AUTHSERVER_DATA: the data directory {directory.Path} cannot be made; set it to a directory that this user may write");
        }
    }

    public static bool HasDatabase(this DataDirectory directory) => File.Exists(directory.FileAt(EmbeddedFile.FileName));

    /// <summary>For a command that has nothing to do on a new database: it was started with the wrong directory.</summary>
    public static void RefuseMissing(DataDirectory directory)
    {
        if (directory.HasDatabase()) return;
        throw new StartRefusedException(
            $"AUTHSERVER_DATA: there is no database in {directory.Path}; set it to the data directory of your server, "
                + "or set DATABASE_URL, or start the server once");
    }
}
