using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Registration;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.UnitTests.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.UnitTests.Sessions;

/// <summary>Clients that nobody has let in: how many there may be, and which of them go.</summary>
public sealed class UnusedClientTests : IAsyncDisposable
{
    private readonly MemoryDatabase _database = new();

    private DateTime Now => _database.Time.GetUtcNow().UtcDateTime;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task However_many_there_are_the_job_reads_a_batch_at_a_time()
    {
        const int Count = (2 * UnusedClientJob.BatchSize) + 1;
        var old = new[] { 0, UnusedClientJob.BatchSize, Count - 1 };
        await AddAsync(Enumerable.Range(0, Count).Select(i => Registered(i, Now - TimeSpan.FromDays(old.Contains(i) ? 31 : 1))));
        await UseAsync("c7", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.Equal(old.Length, await RunAsync());
        // The read that finds the end counts too.
        Assert.InRange(_database.LargestRead, 2, UnusedClientJob.BatchSize + 1);
        Assert.Equal(Count - old.Length, await CountAsync());
        // Each use is noted, in whichever batch it is.
        await UseAsync("c399", TokenTypeIdentifiers.Private.AuthorizationCode);
        await RunAsync();
        foreach (var used in new[] { "c7", "c399" })
        {
            var row = await _database.DbAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == used));
            Assert.Equal(Now, RegistrationState.Read(row.Properties)!.UsedAt);
        }
    }

    /// <summary>Anybody can push requests for a public client.</summary>
    [Fact]
    public async Task A_pushed_request_is_no_use_of_a_client()
    {
        await AddAsync([Registered(0, Now - TimeSpan.FromDays(31)), Registered(1, Now - TimeSpan.FromDays(31))]);
        await UseAsync("c0", TokenTypeIdentifiers.Private.RequestToken);
        await UseAsync("c1", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.Equal(1, await RunAsync());
        Assert.Equal(["c1"], await IdsAsync());
    }

    [Fact]
    public async Task One_more_document_takes_the_place_of_one_that_nobody_uses()
    {
        await AddAsync(Enumerable.Range(0, 4).Select(i => Described($"https://a.example/{i}")));
        await AllowAsync("https://a.example/0", Now - TimeSpan.FromDays(2));
        await AllowAsync("https://a.example/1", Now - TimeSpan.FromDays(3));
        await UseAsync("https://a.example/2", TokenTypeIdentifiers.Private.AuthorizationCode);
        // Four of a host. The one that nobody has allowed goes first, then what was allowed longest ago, and never what is used.
        foreach (var gone in new[] { "https://a.example/3", "https://a.example/1", "https://a.example/0" })
        {
            Assert.True(await RoomAsync(40, "https://a.example/new"));
            Assert.DoesNotContain(gone, await IdsAsync());
            await AddAsync([Described(gone + "/later")]);
            await UseAsync(gone + "/later", TokenTypeIdentifiers.Private.AuthorizationCode);
        }

        Assert.False(await RoomAsync(40, "https://a.example/new"));
        Assert.False(await RoomAsync(40, "https://a.example:8443/new"));
        // Its share is full; that of a host whose name begins alike is not, and neither is the table.
        Assert.True(await RoomAsync(40, "https://a.example.org/new"));
        Assert.True(await RoomAsync(40, "https://b.example/new"));
        Assert.Contains("https://a.example/2", await IdsAsync());
        Assert.False(await RoomAsync(4, "https://b.example/new"));
        Assert.Equal(4, await CountAsync());
    }

    /// <summary>Its request is about to be allowed: it would go with the row.</summary>
    [Fact]
    public async Task A_row_that_is_there_for_a_device_takes_no_place_and_makes_none()
    {
        var asked = Described("https://a.example/device");
        asked.Properties = ClientColumns.WriteDocument(new JsonObject(), new(Now, KeptAt: null) { AskedAt = Now });
        await AddAsync([asked]);
        Assert.True(await RoomAsync(1, "https://a.example/device"));
        Assert.Equal(["https://a.example/device"], await IdsAsync());
        await AddAsync([Described("https://a.example/kept")]);
        Assert.True(await RoomAsync(1, "https://a.example/device"));
        Assert.Equal(["https://a.example/device"], await IdsAsync());
    }

    [Fact]
    public async Task One_more_registration_takes_the_place_of_one_that_was_never_used_and_not_of_a_young_one()
    {
        await AddAsync([Registered(0, Now), Registered(1, Now), Registered(2, Now, RegistrationState.Open)]);
        await AddAsync([Described("https://a.example/")]);
        // Those whom an initial access token has let in take no place.
        Assert.False(await RoomAsync(1));
        Assert.True(await RoomAsync(2));
        _database.Time.Advance(RoomForClients.Untouched);
        await UseAsync("c2", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.False(await RoomAsync(1));
        await _database.DbAsync(db => db.Tokens.ExecuteDeleteAsync());
        Assert.True(await RoomAsync(1));
        Assert.Equal(["c0", "c1", "https://a.example/"], await IdsAsync());
    }

    private Client Registered(int number, DateTime at, string by = "0197c1f0-0000-7000-8000-000000000000") => new()
    {
        Id = Guid.CreateVersion7(), ClientId = $"c{number}",
        Properties = new RegistrationState("hash", at, by).Write(new JsonObject()),
    };

    private Client Described(string id) => new()
    {
        Id = Guid.CreateVersion7(), ClientId = id, Properties = ClientColumns.WriteDocument(new JsonObject(), new(Now, Now)),
    };

    private Task<int> AddAsync(IEnumerable<Client> clients) => _database.DbAsync(db =>
    {
        db.Clients.AddRange(clients);
        return db.SaveChangesAsync();
    });

    private Task<int> UseAsync(string clientId, string type) => _database.DbAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        db.Tokens.Add(new Token { Id = Guid.CreateVersion7(), Application = client, Type = type, ReferenceId = clientId + type });
        return await db.SaveChangesAsync();
    });

    private Task<int> AllowAsync(string clientId, DateTime at) => _database.DbAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        db.Authorizations.Add(new Authorization { Id = Guid.CreateVersion7(), Application = client, Subject = "s", CreationDate = at });
        return await db.SaveChangesAsync();
    });

    private Task<int> RunAsync() =>
        _database.WithAsync(provider => ActivatorUtilities.CreateInstance<UnusedClientJob>(provider).RunAsync(default));

    private Task<bool> RoomAsync(int most, string clientId) => _database.WithAsync(provider => ActivatorUtilities
        .CreateInstance<RoomForClients>(provider, new ClientDocumentOptions { Most = most }).ForDocumentAsync(clientId, default));

    private Task<bool> RoomAsync(int most) => _database.WithAsync(provider => ActivatorUtilities
        .CreateInstance<RoomForClients>(provider, new ClientRegistrationOptions { Most = most }).ForRegistrationAsync(default));

    private Task<int> CountAsync() => _database.DbAsync(db => db.Clients.CountAsync());

    private Task<List<string>> IdsAsync() =>
        _database.DbAsync(db => db.Clients.OrderBy(c => c.ClientId).Select(c => c.ClientId!).ToListAsync());
}
