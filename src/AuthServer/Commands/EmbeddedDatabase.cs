using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Commands;

/// <summary>
/// Names the database before a command touches it, because a command that runs in another directory than the server has another embedded
/// database.
/// </summary>
public static class EmbeddedDatabase
{
    /// <returns>Whether the command is about to make it.</returns>
    public static bool Tell(WebApplication app)
    {
        var (database, directory) = (app.Services.GetRequiredService<DatabaseOptions>(), app.Services.GetRequiredService<DataDirectory>());
        var isNew = database.IsEmbedded && !directory.HasDatabase();
        Console.WriteLine("Database: " + database.Describe(directory) + (isNew ? " (new)" : ""));
        if (isNew)
        {
            Console.WriteLine(
                "There was no database in this directory. A server uses the new one when it runs with the same AUTHSERVER_DATA.");
        }
        return isNew;
    }
}
