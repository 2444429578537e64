using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>What became of a client that an operator wanted to register.</summary>
public abstract record CreatedClient
{
    private CreatedClient()
    {
    }

    /// <param name="Secret">The one that was made, which is stored nowhere; null when the client has none, or brought its own.</param>
    /// <param name="Warnings">Members that have no effect.</param>
    public sealed record Created(
        string ClientId, ClientMetadata Metadata, string? Secret, ImmutableArray<SeedProblem> Warnings) : CreatedClient;

    public sealed record Taken(string ClientId) : CreatedClient;

    public sealed record Refused(ImmutableArray<SeedProblem> Problems) : CreatedClient;
}

/// <summary>Registers clients that a seed file or an operator describes.</summary>
public sealed class ClientCreation(
    AuthDbContext db, ClientSecrets secrets, SessionEnding ending, SecurityProfileOptions profiles, TimeProvider time)
{
    /// <summary>Registers one client in the form of a seed file, with a secret that is made here when it needs one.</summary>
    public async Task<CreatedClient> CreateAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        var (client, problems) = SeedFileReader.ReadClient(json, profiles.Default);
        if (client is null) return new CreatedClient.Refused(problems);
        var file = new SeedFile([], [client], []);
        var unknown = await UnknownScopesAsync(json, file, cancellation);
        if (!unknown.IsEmpty) return new CreatedClient.Refused(unknown);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Clients.AnyAsync(c => c.ClientId == client.ClientId, cancellation)) return new CreatedClient.Taken(client.ClientId);
        var lacksSecret = client.Secret is null && ClientAuthMethods.UsesSecret(client.Metadata.TokenEndpointAuthMethod);
        var made = lacksSecret ? ClientSecrets.Generate() : null;
        await AddAsync(client with { Secret = client.Secret ?? made }, "command", cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new CreatedClient.Created(client.ClientId, client.Metadata, made, SeedFileReader.Doubts(json, file));
    }

    /// <summary>Adds a client to the caller's unit of work.</summary>
    /// <param name="by">Who decided it, for the audit trail.</param>
    internal async Task AddAsync(SeedClient client, string by, CancellationToken cancellation)
    {
        // A client of this name that was deleted may have opened sessions while other servers still knew it: they are not this one's.
        await ending.EndAllOfClientAsync(client.ClientId, EndReason.ClientDeleted, Caller.System, cancellation);
        var now = time.GetUtcNow();
        db.Clients.Add(ClientRegistration.NewClient(Guid.CreateVersion7(now), client.ClientId, client.Metadata, client.Secret, secrets));
        AuditTrail.Record(db, now.UtcDateTime, AuditKinds.ClientCreated, Caller.System, clientId: client.ClientId, detail: by);
    }

    /// <summary>Scopes of the file's clients that exist neither in the file nor here, each with its line.</summary>
    internal async Task<ImmutableArray<SeedProblem>> UnknownScopesAsync(
        ReadOnlyMemory<byte> json, SeedFile file, CancellationToken cancellation)
    {
        var known = await db.Scopes.Select(s => s.Name!).ToHashSetAsync(cancellation);
        known.UnionWith(file.Scopes.Select(s => s.ScopeName));
        known.ExceptWith(file.Removals.Where(r => r.Kind == SeedKind.Scope).Select(r => r.Named));
        var unknown = (from client in file.Clients
                       from scope in client.Metadata.Scopes
                       where !known.Contains(scope) && !BuiltIns.IsBuiltInScope(scope)
                       select (Path: client.Path.Length == 0 ? "scope" : $"{client.Path}.scope", Scope: scope)).ToList();
        if (unknown.Count == 0) return [];
        var lines = JsonLines.Read(json.Span);
        return [.. unknown.Select(u => new SeedProblem(
            lines.LineOf(u.Path), $"{u.Path} is not registered, neither here nor in the database: {u.Scope}")).OrderBy(p => p.Line)];
    }
}
