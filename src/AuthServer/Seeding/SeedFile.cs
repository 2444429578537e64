using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Clients.Metadata;

namespace AuthServer.Seeding;

/// <summary>A seed file that obeys every rule that can be checked without the database.</summary>
public sealed record SeedFile(ImmutableArray<SeedScope> Scopes, ImmutableArray<SeedClient> Clients, ImmutableArray<SeedUser> Users);

public sealed record SeedScope(string Path, string Name, string? Description, ImmutableArray<string> Resources);

public sealed record SeedClient(string Path, string ClientId, string? Secret, ClientMetadata Metadata);

/// <summary>A user; null means that the file does not say, and what is stored stays.</summary>
public sealed record SeedUser(
    string Path, string Email, string? Password, string? PasswordHash, string? FirstName, string? LastName,
    ImmutableArray<string>? Roles, JsonObject? Claims);

/// <summary>What is wrong with a seed file, and where.</summary>
public sealed record SeedProblem(int Line, string Message)
{
    public override string ToString() => $"line {Line}: {Message}";
}

/// <summary>How many rows of one kind the seed made, changed and found as they should be.</summary>
public sealed record SeedCount(int Created, int Updated, int Unchanged)
{
    internal static SeedCount Of(IReadOnlyCollection<SeedChange> changes) => new(
        changes.Count(c => c == SeedChange.Created), changes.Count(c => c == SeedChange.Updated), changes.Count(c => c == SeedChange.Unchanged));
}

internal enum SeedChange
{
    Created,
    Updated,
    Unchanged,
}

/// <summary>What became of a seed file.</summary>
public abstract record SeedOutcome
{
    private SeedOutcome()
    {
    }

    public sealed record Applied(SeedCount Scopes, SeedCount Clients, SeedCount Users) : SeedOutcome
    {
        /// <summary>One line for the console or the log.</summary>
        public string Describe() => $"scopes {In(Scopes)}; clients {In(Clients)}; users {In(Users)}";

        private static string In(SeedCount c) => $"{c.Created} created, {c.Updated} updated, {c.Unchanged} unchanged";
    }

    /// <summary>Nothing was written.</summary>
    public sealed record Refused(ImmutableArray<SeedProblem> Problems) : SeedOutcome;
}
