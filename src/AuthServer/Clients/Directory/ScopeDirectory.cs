using System.Collections.Frozen;
using System.Collections.Immutable;
using AuthServer.Data.Entities;

namespace AuthServer.Clients.Directory;

/// <summary>A registered scope: its words for the consent page and the audiences of the tokens that carry it.</summary>
public sealed record RegisteredScope(string Name, string? Description, ImmutableArray<string> Resources)
{
    public static RegisteredScope Of(Scope row) => new(row.Name!, row.Description, ClientColumns.ReadList(row.Resources));
}

/// <summary>A registered resource: its name for people, and how access tokens for it are signed.</summary>
/// <param name="AccessTokenSignedResponseAlg">Null where the client or the default decides.</param>
public sealed record RegisteredResource(string Identifier, string? DisplayName, string? AccessTokenSignedResponseAlg);

/// <summary>The scopes and the resources that are registered, as of one moment.</summary>
/// <remarks>A resource that only scopes or clients name exists as well, without a name for people and an algorithm of its own.</remarks>
public sealed record RegisteredApis(
    FrozenDictionary<string, RegisteredScope> Scopes, FrozenDictionary<string, RegisteredResource> Resources);

/// <summary>The registered scopes and resources, read together and kept ten seconds.</summary>
public sealed partial class ScopeDirectory
{
    private readonly TimedCache<int, Snapshot> _all;

    public ScopeDirectory(ClientRows rows, TimeProvider time, ILogger<ScopeDirectory> logger) =>
        _all = new(time, ClientDirectory.Lifetime, capacity: 2, _ => ReadAsync(rows, logger));

    /// <remarks>What is kept is there at once: then this allocates nothing.</remarks>
    public async ValueTask<FrozenDictionary<string, RegisteredScope>> AllAsync(CancellationToken cancellationToken) =>
        (await _all.FindAsync(0, cancellationToken))!.Registered.Scopes;

    /// <summary>The scopes with the resources.</summary>
    public async ValueTask<RegisteredApis> ApisAsync(CancellationToken cancellationToken) =>
        (await _all.FindAsync(0, cancellationToken))!.Registered;

    /// <summary>The audiences that the scopes open, each once, in the order of the scopes.</summary>
    public async ValueTask<ImmutableArray<string>> ResourcesOfAsync(IEnumerable<string> scopes, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        return [.. scopes.SelectMany(s => all.TryGetValue(s, out var scope) ? scope.Resources : []).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>To be called after this process has written a scope or a resource.</summary>
    public void Forget() => _all.ForgetAll();

    /// <summary>Entities of these scopes' rows that no context tracks yet.</summary>
    internal async ValueTask<IReadOnlyList<Scope>> NewEntitiesAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var rows = (await _all.FindAsync(0, cancellationToken))!.Rows;
        return [.. names.Where(rows.ContainsKey).Distinct(StringComparer.Ordinal).Select(n => Copy(rows[n]))];
    }

    private static async Task<Snapshot?> ReadAsync(ClientRows rows, ILogger logger)
    {
        var usable = new List<(Scope Row, RegisteredScope Scope)>();
        foreach (var row in await rows.ScopesAsync(CancellationToken.None))
        {
            var (scope, fault) = ClientRowReader.Read(row);
            if (scope is not null) usable.Add((row, scope));
            else LogUnusable(logger, row.Name!, fault!);
        }

        var byName = usable.ToFrozenDictionary(s => s.Row.Name!, s => s.Row, StringComparer.Ordinal);
        var scopes = usable.ToFrozenDictionary(s => s.Row.Name!, s => s.Scope, StringComparer.Ordinal);
        var resources = await rows.ResourcesAsync(CancellationToken.None);
        return new(byName, new(scopes, resources.ToFrozenDictionary(r => r.Identifier, StringComparer.Ordinal)));
    }

    internal static Scope Copy(Scope row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        ConcurrencyToken = row.ConcurrencyToken,
        Description = row.Description,
        Descriptions = row.Descriptions,
        DisplayName = row.DisplayName,
        DisplayNames = row.DisplayNames,
        Properties = row.Properties,
        Resources = row.Resources,
    };

    // A scope's name has passed the registration's rules, so it has no control characters.
    [LoggerMessage(Level = LogLevel.Error, Message =
        "The scope {Scope} is refused as if it were unknown: {Fault}. Correct or delete its row in the table scopes.")]
    private static partial void LogUnusable(ILogger logger, string scope, string fault);

    private sealed record Snapshot(FrozenDictionary<string, Scope> Rows, RegisteredApis Registered);
}
