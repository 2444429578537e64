using AuthServer.Configuration;

namespace AuthServer.Seeding;

/// <summary>What is put into the database at start.</summary>
public sealed class SeedOptions
{
    /// <summary>A seed file (clients, scopes, users) that is applied at every start; what is already there is left as it is or brought to the file's state.</summary>
    [Setting("AUTHSERVER_SEED", Cure = "the path of a seed file")]
    public string? File { get; set; }
}
