using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>
/// Applies a seed file in one transaction. Each entry is applied once for each content that it has; what the file does not name is left
/// alone.
/// </summary>
public sealed class SeedRun(
    AuthDbContext db, SeedFileReader reader, SeedUsers users, SeedMarks marks, SeedRemovals removals, ClientCreation creation,
    ResourceRegistration resources, ClientSecrets secrets, TimeProvider time, ClientDirectory clients, ScopeDirectory scopes,
    ClientOrigins origins)
{
    /// <summary>Reads and applies the file; a bad one is refused whole, with the line of each problem.</summary>
    public async Task<SeedOutcome> ApplyAsync(string path, SeedRequest request, CancellationToken cancellation)
    {
        byte[] json;
        try
        {
            if (new FileInfo(path).Length > SeedFileReader.MostBytes)
            {
                return Refuse($"{path} is larger than {SeedFileReader.MostBytes / 1024 / 1024} MiB");
            }
            json = await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Refuse($"{path} cannot be read: {e.Message}");
        }
        return await ApplyAsync(json, request, cancellation);
    }

    public async Task<SeedOutcome> ApplyAsync(ReadOnlyMemory<byte> json, SeedRequest request, CancellationToken cancellation)
    {
        await marks.LoadAsync(cancellation);
        var (file, problems) = reader.Read(json, marks.WasApplied);
        if (file is null) return new SeedOutcome.Refused(problems);
        var doubts = SeedFileReader.Doubts(json, file);
        if (request.Strict && !doubts.IsEmpty) return new SeedOutcome.Refused(doubts);
        if (NotNamed(file, request) is { } name) return Refuse($"names no user and no client {name}, which was to be reset");
        var unknown = await creation.UnknownScopesAsync(json, file, cancellation);
        if (!unknown.IsEmpty) return new SeedOutcome.Refused(unknown);
        var reset = request.Reset.Select(SeedMarks.ResetName).ToHashSet(StringComparer.Ordinal);
        return await ApplyAsync(file, entry => marks.Decide(entry, reset), cancellation) with { Warnings = doubts };
    }

    /// <summary>Brings what the file names to the file's state, whatever was applied before.</summary>
    internal Task<SeedOutcome.Applied> ApplyWholeAsync(SeedFile file, CancellationToken cancellation) =>
        ApplyAsync(file, _ => SeedDecision.Everything, cancellation);

    private async Task<SeedOutcome.Applied> ApplyAsync(SeedFile file, Func<ISeedEntry, SeedDecision> decide, CancellationToken cancellation)
    {
        // Outside the transaction: hashing takes long, and SQLite has one writer.
        var passwords = await users.PasswordsAsync([.. file.Users.Select(u => (u, decide(u))).Where(u => !u.Item2.Nothing)], cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var removal in file.Removals)
        {
            if (!decide(removal).Nothing && await removals.ApplyAsync(removal, cancellation) is { } words) removed.Add(words);
            await marks.RememberAsync(removal, cancellation);
        }

        var resourceChanges = await EachAsync(file.Resources, decide, (r, _) => ApplyAsync(r.Resource, cancellation), cancellation);
        var scopeChanges = await EachAsync(file.Scopes, decide, (s, _) => ApplyAsync(s, cancellation), cancellation);
        var clientChanges = await EachAsync(file.Clients, decide, (c, d) => ApplyAsync(c, d, cancellation), cancellation);
        var userChanges = await EachAsync(
            file.Users, decide, (u, d) => users.ApplyAsync(u, d, passwords.GetValueOrDefault(u.Path), cancellation), cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);

        clients.ForgetAll();
        scopes.Forget();
        origins.Forget();
        return new(SeedCount.Of(scopeChanges), SeedCount.Of(clientChanges), SeedCount.Of(userChanges))
        {
            Resources = SeedCount.Of(resourceChanges), Removed = removed.ToImmutable(),
        };
    }

    private static SeedOutcome.Refused Refuse(string message) => new([new(1, message)]);

    private async Task<IReadOnlyCollection<SeedChange>> EachAsync<T>(
        ImmutableArray<T> entries, Func<ISeedEntry, SeedDecision> decide, Func<T, SeedDecision, Task<SeedChange>> apply,
        CancellationToken cancellation)
        where T : ISeedEntry
    {
        var changes = new List<SeedChange>();
        foreach (var entry in entries)
        {
            var decision = decide(entry);
            // A client whose entry is unchanged may still move its secret to the current key.
            changes.Add(decision.Nothing && entry is not SeedClient ? SeedChange.Unchanged : await apply(entry, decision));
            await marks.RememberAsync(entry, cancellation);
        }
        return changes;
    }

    /// <summary>A name to reset that the file does not have.</summary>
    private static string? NotNamed(SeedFile file, SeedRequest request) => request.Reset.FirstOrDefault(name =>
        !file.Clients.Any(c => c.ClientId == name) && !file.Users.Any(u => EmailKey.Of(u.Email) == EmailKey.Of(name))
        && !file.Removals.Any(r => r.Named == name || (r.Kind == SeedKind.User && EmailKey.Of(r.Named) == EmailKey.Of(name))));

    private async Task<SeedChange> ApplyAsync(RegisteredResource resource, CancellationToken cancellation)
    {
        if (await resources.FindAsync(resource.Identifier, cancellation) is { } row)
        {
            return resources.Update(row, resource, "seed") ? SeedChange.Updated : SeedChange.Unchanged;
        }
        resources.Add(resource, "seed");
        return SeedChange.Created;
    }

    private async Task<SeedChange> ApplyAsync(SeedScope scope, CancellationToken cancellation)
    {
        if (await db.Scopes.FirstOrDefaultAsync(s => s.Name == scope.ScopeName, cancellation) is { } row)
        {
            return ScopeRegistration.Update(row, scope.Description, scope.Resources) ? SeedChange.Updated : SeedChange.Unchanged;
        }
        row = new() { Id = Guid.CreateVersion7(time.GetUtcNow()), Name = scope.ScopeName };
        ScopeRegistration.Update(row, scope.Description, scope.Resources);
        db.Scopes.Add(row);
        return SeedChange.Created;
    }

    private async Task<SeedChange> ApplyAsync(SeedClient client, SeedDecision decision, CancellationToken cancellation)
    {
        if (await db.Clients.FirstOrDefaultAsync(c => c.ClientId == client.ClientId, cancellation) is { } row)
        {
            if (decision.Nothing)
            {
                return ClientRegistration.RenewDigest(row, client.Secret, secrets) ? SeedChange.Updated : SeedChange.Unchanged;
            }
            // A secret that was rotated since stays, unless the operator has written another one into the file or asks to reset it.
            var changed = client.Secret is { } secret && row.ClientSecret is not null && decision is { Known: true, Secret: false }
                ? ClientRegistration.UpdateKeepingSecret(row, client.Metadata, secret, secrets)
                : ClientRegistration.Update(row, client.Metadata, client.Secret, secrets);
            if (!changed) return SeedChange.Unchanged;
            var now = time.GetUtcNow().UtcDateTime;
            AuditTrail.Record(db, now, AuditKinds.ClientChanged, Caller.System, clientId: client.ClientId, detail: "seed");
            return SeedChange.Updated;
        }
        if (decision.Nothing) return SeedChange.Unchanged;
        await creation.AddAsync(client, "seed", cancellation);
        return SeedChange.Created;
    }
}
