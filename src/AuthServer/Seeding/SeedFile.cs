using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Users.EmailAddresses;

namespace AuthServer.Seeding;

/// <summary>A seed file that obeys every rule that can be checked without the database.</summary>
public sealed record SeedFile(ImmutableArray<SeedScope> Scopes, ImmutableArray<SeedClient> Clients, ImmutableArray<SeedUser> Users)
{
    public ImmutableArray<SeedResource> Resources { get; init; } = [];

    /// <summary>What the file wants deleted.</summary>
    public ImmutableArray<SeedRemoval> Removals { get; init; } = [];
}

/// <summary>One thing that a file names, as <see cref="SeedMarks"/> knows it again.</summary>
internal interface ISeedEntry
{
    /// <summary>Kind and name: <c>client:web</c>.</summary>
    string Name { get; }

    /// <summary>Its members but the secret one, in one order and spacing.</summary>
    string Content { get; }

    /// <summary>Its password, hash or client secret; empty when it has none.</summary>
    string SecretText { get; }
}

public sealed record SeedScope(
    string Path, string ScopeName, string? Description, ImmutableArray<string> Resources, string Content) : ISeedEntry
{
    string ISeedEntry.Name => "scope:" + ScopeName;

    string ISeedEntry.SecretText => "";
}

/// <param name="Members">The names of all members of the entry.</param>
public sealed record SeedResource(
    string Path, RegisteredResource Resource, ImmutableArray<string> Members, string Content) : ISeedEntry
{
    string ISeedEntry.Name => "resource:" + Resource.Identifier;

    string ISeedEntry.SecretText => "";
}

public sealed record SeedClient(string Path, string ClientId, string? Secret, ClientMetadata Metadata, string Content) : ISeedEntry
{
    string ISeedEntry.Name => "client:" + ClientId;

    string ISeedEntry.SecretText => Secret ?? "";
}

/// <summary>A user; null means that the file does not say, and what is stored stays.</summary>
public sealed record SeedUser(
    string Path, string Email, string? Password, string? PasswordHash, string? FirstName, string? LastName,
    ImmutableArray<string>? Roles, JsonObject? Claims, string Content) : ISeedEntry
{
    string ISeedEntry.Name => NameOf(Email);

    string ISeedEntry.SecretText => Password ?? PasswordHash ?? "";

    internal static string NameOf(string email) => "user:" + EmailKey.Of(email);
}

public enum SeedKind
{
    Resource,
    Scope,
    Client,
    User,
}

/// <summary>An entry with <c>"absent": true</c>: what it names is deleted.</summary>
public sealed record SeedRemoval(string Path, SeedKind Kind, string Named) : ISeedEntry
{
    string ISeedEntry.Name => Kind switch
    {
        SeedKind.Resource => "resource:" + Named,
        SeedKind.Scope => "scope:" + Named,
        SeedKind.Client => "client:" + Named,
        _ => SeedUser.NameOf(Named),
    };

    string ISeedEntry.Content => "absent";

    string ISeedEntry.SecretText => "";
}

/// <summary>How a seed file is applied.</summary>
/// <param name="Reset">E-mail addresses and client ids that are set back to the file, whatever has changed since.</param>
/// <param name="Strict">Members of resources and clients that this server does not know refuse the file.</param>
public sealed record SeedRequest(ImmutableArray<string> Reset, bool Strict)
{
    public static readonly SeedRequest Usual = new([], Strict: false);
}

/// <summary>What is wrong with a seed file, and where.</summary>
public sealed record SeedProblem(int Line, string Message)
{
    public override string ToString() => $"line {Line}: {Message}";
}

/// <summary>How many rows of one kind the seed made, changed and found as they should be.</summary>
public sealed record SeedCount(int Created, int Updated, int Unchanged)
{
    public override string ToString() => $"{Created} created, {Updated} updated, {Unchanged} unchanged";

    internal static SeedCount Of(IReadOnlyCollection<SeedChange> changes) => new(
        changes.Count(c => c == SeedChange.Created), changes.Count(c => c == SeedChange.Updated), changes.Count(
            c => c == SeedChange.Unchanged));
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
        public SeedCount Resources { get; init; } = new(0, 0, 0);

        /// <summary>What is probably a mistake and has no effect.</summary>
        public ImmutableArray<SeedProblem> Warnings { get; init; } = [];

        /// <summary>What was deleted, and what went with it.</summary>
        public ImmutableArray<string> Removed { get; init; } = [];

        /// <summary>One line for the console or the log.</summary>
        public string Describe() =>
            (Resources == new SeedCount(0, 0, 0) ? "" : $"resources {Resources}; ")
            + $"scopes {Scopes}; clients {Clients}; users {Users}" + (Removed.IsEmpty ? "" : "; deleted " + string.Join(", ", Removed));
    }

    /// <summary>Nothing was written.</summary>
    public sealed record Refused(ImmutableArray<SeedProblem> Problems) : SeedOutcome;
}
