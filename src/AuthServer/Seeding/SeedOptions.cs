using AuthServer.Configuration;

namespace AuthServer.Seeding;

/// <summary>What is put into the database at start.</summary>
public sealed class SeedOptions
{
    /// <summary>
    /// A seed file (resources, scopes, clients, users), read at every start. An entry is applied when it is new or has changed in the file;
    /// what people or admins have changed since stays.
    /// </summary>
    [Setting("AUTHSERVER_SEED", Cure = "the path of a seed file")]
    public string? File { get; set; }
}
