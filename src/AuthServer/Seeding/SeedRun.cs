using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>Brings the database to the state of a seed file, in one transaction; what the file does not name is left alone.</summary>
public sealed class SeedRun(
    AuthDbContext db, SeedFileReader reader, SeedUsers users, ClientSecrets secrets, TimeProvider time, ClientDirectory clients, ScopeDirectory scopes, ClientOrigins origins)
{
    /// <summary>Reads and applies the file; a bad one is refused whole, with the line of each problem.</summary>
    public async Task<SeedOutcome> ApplyAsync(string path, CancellationToken cancellation)
    {
        byte[] json;
        try
        {
            if (new FileInfo(path).Length > SeedFileReader.MostBytes) return Refuse($"{path} is larger than {SeedFileReader.MostBytes / 1024 / 1024} MiB");
            json = await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Refuse($"{path} cannot be read: {e.Message}");
        }
        return await ApplyAsync(json, cancellation);
    }

    public async Task<SeedOutcome> ApplyAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        var (file, problems) = reader.Read(json);
        if (file is null) return new SeedOutcome.Refused(problems);
        var unknown = await UnknownScopesAsync(file, cancellation);
        if (unknown.Count > 0)
        {
            var lines = JsonLines.Read(json.Span);
            return new SeedOutcome.Refused([.. unknown.Select(u => new SeedProblem(
                lines.LineOf(u.Path), $"{u.Path} is not registered, neither here nor in the database: {u.Scope}")).OrderBy(p => p.Line)]);
        }
        return await ApplyAsync(file, cancellation);
    }

    internal async Task<SeedOutcome.Applied> ApplyAsync(SeedFile file, CancellationToken cancellation)
    {
        // Outside the transaction: hashing takes long, and SQLite has one writer.
        var passwords = await users.PasswordsAsync(file.Users, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var scopeChanges = await EachAsync(file.Scopes, s => ApplyAsync(s, cancellation));
        var clientChanges = await EachAsync(file.Clients, c => ApplyAsync(c, cancellation));
        var userChanges = await EachAsync(file.Users, u => users.ApplyAsync(u, passwords.GetValueOrDefault(u.Path), cancellation));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);

        clients.ForgetAll();
        scopes.Forget();
        origins.Forget();
        return new(SeedCount.Of(scopeChanges), SeedCount.Of(clientChanges), SeedCount.Of(userChanges));
    }

    private static SeedOutcome.Refused Refuse(string message) => new([new(1, message)]);

    private static async Task<IReadOnlyCollection<SeedChange>> EachAsync<T>(ImmutableArray<T> items, Func<T, Task<SeedChange>> apply)
    {
        var changes = new List<SeedChange>();
        foreach (var item in items) changes.Add(await apply(item));
        return changes;
    }

    private async Task<IReadOnlyList<(string Path, string Scope)>> UnknownScopesAsync(SeedFile file, CancellationToken cancellation)
    {
        var known = await db.Scopes.Select(s => s.Name!).ToHashSetAsync(cancellation);
        known.UnionWith(file.Scopes.Select(s => s.Name));
        return [.. from client in file.Clients
                   from scope in client.Metadata.Scopes
                   where !known.Contains(scope) && !BuiltIns.IsBuiltInScope(scope)
                   select ($"{client.Path}.scope", scope)];
    }

    private async Task<SeedChange> ApplyAsync(SeedScope scope, CancellationToken cancellation)
    {
        if (await db.Scopes.FirstOrDefaultAsync(s => s.Name == scope.Name, cancellation) is { } row)
        {
            return ScopeRegistration.Update(row, scope.Description, scope.Resources) ? SeedChange.Updated : SeedChange.Unchanged;
        }
        row = new() { Id = Guid.CreateVersion7(time.GetUtcNow()), Name = scope.Name };
        ScopeRegistration.Update(row, scope.Description, scope.Resources);
        db.Scopes.Add(row);
        return SeedChange.Created;
    }

    private async Task<SeedChange> ApplyAsync(SeedClient client, CancellationToken cancellation)
    {
        if (await db.Clients.FirstOrDefaultAsync(c => c.ClientId == client.ClientId, cancellation) is { } row)
        {
            return ClientRegistration.Update(row, client.Metadata, client.Secret, secrets) ? SeedChange.Updated : SeedChange.Unchanged;
        }
        db.Clients.Add(ClientRegistration.NewClient(Guid.CreateVersion7(time.GetUtcNow()), client.ClientId, client.Metadata, client.Secret, secrets));
        return SeedChange.Created;
    }
}
