using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.UnitTests.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.UnitTests.Sessions;

/// <summary>Writes rows of clients that nobody has let in, and makes room for more of them.</summary>
public abstract class ClientRoomSteps : IAsyncDisposable
{
    protected MemoryDatabase Database { get; } = new();

    protected DateTime Now => Database.Time.GetUtcNow().UtcDateTime;

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static async Task<List<string>> PlanAsync(AuthDbContext db, IQueryable<Client> query)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + query.ToQueryString();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var steps = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) steps.Add(reader.GetString(3));
        return steps;
    }

    protected Client Registered(int number, DateTime at, string by = "0197c1f0-0000-7000-8000-000000000000") => new()
    {
        Id = Guid.CreateVersion7(), ClientId = $"c{number}",
        Properties = new RegistrationState("hash", at, by).Write(new JsonObject()),
    };

    protected Client Described(string id) => new()
    {
        Id = Guid.CreateVersion7(), ClientId = id, Properties = ClientColumns.WriteDocument(new JsonObject(), new(Now, Now)),
    };

    protected Client Asked(string id, string network, int seconds) => new()
    {
        Id = Guid.CreateVersion7(), ClientId = id,
        Properties = ClientColumns.WriteDocument(
            new JsonObject(), new(Now, KeptAt: null) { AskedAt = Now + TimeSpan.FromSeconds(seconds), AskedFrom = network }),
    };

    protected Task<int> AskAsync(string clientId, PendingState state) => Database.DbAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        db.PendingAuthorizations.Add(new()
        {
            Id = Guid.CreateVersion7(), ClientRowId = client.Id, SecretHash = clientId, Request = "{}", State = state, ExpiresAt = Now,
        });
        return await db.SaveChangesAsync();
    });

    protected Task<bool> AskedRoomAsync(string clientId) => Database.WithAsync(provider => provider.GetRequiredService<DocumentRows>()
        .AskAsync(RegisteredClient.Of(Described(clientId)) with { IsKept = false }, default));

    protected Task<int> NoteUseAsync(string clientId, DateTime at) => Database.DbAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        client.Properties = (RegistrationState.Read(client.Properties)! with { UsedAt = at }).Write(new JsonObject());
        return await db.SaveChangesAsync();
    });

    protected Task<bool> DeleteAsync(string clientId) => Database.WithAsync(
        provider => provider.GetRequiredService<ClientDeletion>().DeleteUnusedAsync(clientId, "test", default));

    protected Task<int> AddAsync(IEnumerable<Client> clients) => Database.DbAsync(db =>
    {
        db.Clients.AddRange(clients);
        return db.SaveChangesAsync();
    });

    protected Task<int> UseAsync(string clientId, string type) => Database.DbAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        db.Tokens.Add(new Token { Id = Guid.CreateVersion7(), Application = client, Type = type, ReferenceId = clientId + type });
        return await db.SaveChangesAsync();
    });

    protected Task<int> AllowAsync(string clientId, DateTime at) => Database.DbAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        db.Authorizations.Add(new Authorization { Id = Guid.CreateVersion7(), Application = client, Subject = "s", CreationDate = at });
        return await db.SaveChangesAsync();
    });

    protected Task<int> RunAsync() =>
        Database.WithAsync(provider => ActivatorUtilities.CreateInstance<UnusedClientJob>(provider).RunAsync(default));

    protected Task<bool> RoomAsync(int most, string clientId) => Database.WithAsync(provider => ActivatorUtilities
        .CreateInstance<RoomForClients>(provider, new ClientDocumentOptions { Most = most }).ForDocumentAsync(clientId, default));

    protected Task<bool> RoomAsync(int most) => Database.WithAsync(provider => ActivatorUtilities
        .CreateInstance<RoomForClients>(provider, new ClientRegistrationOptions { Most = most }).ForRegistrationAsync(default));

    protected Task<int> CountAsync() => Database.DbAsync(db => db.Clients.CountAsync());

    protected Task<List<string>> IdsAsync() =>
        Database.DbAsync(db => db.Clients.OrderBy(c => c.ClientId).Select(c => c.ClientId!).ToListAsync());
}
