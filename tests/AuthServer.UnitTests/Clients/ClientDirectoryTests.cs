using System.Net;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenIddict.Abstractions;

namespace AuthServer.UnitTests.Clients;

public sealed class ClientDirectoryTests : IAsyncDisposable
{
    private const string Secret = "4f9c27d81be0653a4f9c27d81be0653b";

    private readonly MemoryDatabase _database = new();

    private ClientDirectory Directory => _database.Services.GetRequiredService<ClientDirectory>();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_client_is_read_once_and_again_after_ten_seconds()
    {
        await RegisterAsync("a", "First");
        var before = _database.Statements;
        Assert.Equal("First", (await Directory.FindAsync("a", default))!.Name);
        await RenameAsync("a", "Second");
        Assert.Equal("First", (await Directory.FindAsync("a", default))!.Name);
        Assert.Equal(before + 1, _database.Statements);
        _database.Time.Advance(ClientDirectory.Lifetime);
        Assert.Equal("Second", (await Directory.FindAsync("a", default))!.Name);
    }

    [Fact]
    public async Task A_write_in_this_process_is_seen_at_once()
    {
        await RegisterAsync("a", "First");
        await Directory.FindAsync("a", default);
        await RenameAsync("a", "Second");
        Directory.Forget("a");
        Assert.Equal("Second", (await Directory.FindAsync("a", default))!.Name);
    }

    [Fact]
    public async Task A_client_that_is_registered_later_is_found_although_it_was_missed_before()
    {
        Assert.Null(await Directory.FindAsync("a", default));
        await RegisterAsync("a", "Now here");
        Assert.NotNull(await Directory.FindAsync("a", default));
        Assert.Null(await Directory.FindAsync("A", default));
    }

    [Fact]
    public async Task OpenIddict_needs_no_statement_for_a_cached_client_in_a_new_request()
    {
        await RegisterAsync("a", "A");
        await Directory.FindAsync("a", default);
        var before = _database.Statements;
        await _database.WithAsync(async p =>
        {
            var manager = p.GetRequiredService<IOpenIddictApplicationManager>();
            var client = await manager.FindByClientIdAsync("a");
            Assert.NotNull(client);
            Assert.True(await manager.ValidateClientSecretAsync(client, Secret));
            Assert.False(await manager.ValidateClientSecretAsync(client, "another secret of enough characters 1"));
            Assert.True(await manager.ValidateRedirectUriAsync(client, "https://a.example/"));
            Assert.NotNull(await manager.FindByIdAsync((await manager.GetIdAsync(client))!));
            return Assert.Single(p.GetRequiredService<Data.AuthDbContext>().ChangeTracker.Entries());
        });
        Assert.Equal(before, _database.Statements);
    }

    [Theory]
    [InlineData("pbkdf2-sha256:20000:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AQAAAAEAACcQAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public async Task A_stretched_secret_of_a_former_version_is_refused_without_being_computed(string stored)
    {
        await RegisterAsync("a", "A");
        await _database.DbAsync(db => db.Clients.ExecuteUpdateAsync(s => s.SetProperty(c => c.ClientSecret, stored)));
        Assert.Null(await Directory.AuthenticateAsync("a", Secret, default));
        await _database.WithAsync(async p =>
        {
            var manager = p.GetRequiredService<IOpenIddictApplicationManager>();
            Assert.False(await manager.ValidateClientSecretAsync((await manager.FindByClientIdAsync("a"))!, Secret));
            return true;
        });
    }

    [Fact]
    public async Task Two_requests_never_share_an_entity()
    {
        await RegisterAsync("a", "A");
        var first = await _database.WithAsync(p => p.GetRequiredService<IOpenIddictApplicationManager>().FindByClientIdAsync("a").AsTask());
        var second = await _database.WithAsync(
            p => p.GetRequiredService<IOpenIddictApplicationManager>().FindByClientIdAsync("a").AsTask());
        Assert.NotSame(first, second);
    }

    [Fact]
    public void A_copied_row_keeps_every_column()
    {
        var row = new Client();
        foreach (var property in Columns())
        {
            property.SetValue(row, property.PropertyType == typeof(Guid) ? Guid.CreateVersion7() : property.Name);
        }
        var copy = ClientColumns.Copy(row);
        Assert.All(Columns(), p => Assert.Equal(p.GetValue(row), p.GetValue(copy)));
        Assert.True(Columns().Count() >= 16);

        static IEnumerable<System.Reflection.PropertyInfo> Columns() => typeof(Client).GetProperties().Where(p => p.CanWrite);
    }

    [Fact]
    public async Task Scopes_are_read_together_once_and_need_no_statement_afterwards()
    {
        await _database.WithAsync(async p =>
        {
            await p.GetRequiredService<BuiltIns>().ApplyAsync(default);
            return true;
        });
        var scopes = _database.Services.GetRequiredService<ScopeDirectory>();
        Assert.Equal(["http://localhost:5080/v1"], await scopes.ResourcesOfAsync(["openid", "users:read", "account:read"], default));
        var before = _database.Statements;
        var names = await _database.WithAsync(async p =>
        {
            var found = new List<string?>();
            var manager = p.GetRequiredService<IOpenIddictScopeManager>();
            await foreach (var scope in manager.FindByNamesAsync(["users:read", "unknown", "account:read"])) found.Add(
                await manager.GetNameAsync(scope));
            Assert.NotNull(await manager.FindByNameAsync("users:read"));
            return found;
        });
        Assert.Equal(["users:read", "account:read"], names);
        Assert.Equal(before, _database.Statements);
    }

    [Fact]
    public async Task The_built_in_client_is_made_once_and_follows_the_configuration()
    {
        Assert.True(await ApplyAsync());
        Assert.False(await ApplyAsync());
        var client = await Directory.FindAsync(BuiltIns.FirstPartyClientId, default);
        Assert.True(client is { IsPublic: true, FirstParty: true, Trusted: true, RequirePkce: true, MayUseOfflineAccess: true });
        Assert.Contains("account:write", client!.Scopes.AsEnumerable());

        async Task<bool> ApplyAsync()
        {
            var tokens = await TokensAsync();
            await _database.WithAsync(async p =>
            {
                await p.GetRequiredService<BuiltIns>().ApplyAsync(default);
                return true;
            });
            return !tokens.SequenceEqual(await TokensAsync());
        }

        Task<List<string?>> TokensAsync() => _database.DbAsync(async db =>
            (await db.Clients.Select(c => c.ConcurrencyToken).ToListAsync())
                .Concat(await db.Scopes.OrderBy(s => s.Name).Select(s => s.ConcurrencyToken).ToListAsync()).ToList());
    }

    /// <summary>Those who wait for one look-up share its answer, but for what is refused to who has begun it.</summary>
    [Fact]
    public async Task What_is_refused_to_one_address_counts_for_nobody_who_asks_at_the_same_moment()
    {
        const string id = "https://app.example/client.json";
        var (strangers, gate, lookups) = (new StrangersFetches(_database.Time), new TaskCompletionSource(), 0);
        var directory = new ClientDirectory(
            _database.Services.GetRequiredService<ClientRows>(), _database.Services.GetRequiredService<ClientSecrets>(), new(),
            _database.Time, NullLogger<ClientDirectory>.Instance,
            async (clientId, _) =>
            {
                Interlocked.Increment(ref lookups);
                await gate.Task;
                var asker = AskingAddress.Network;
                return strangers.Take(asker, "app.example") == FetchShare.Granted
                    ? new(IsTaken: true, new() { ClientId = clientId, Properties = ClientColumns.WriteDocument([], new(default, null)) })
                    : new(IsTaken: true, null) { RefusedTo = asker };
            });
        for (var i = 0; i < StrangersFetches.MostOfAsker; i++) strangers.Take("192.0.2.1", $"{i}.example");
        var refused = FindAsync("192.0.2.1");
        List<Task<RegisteredClient?>> others = [FindAsync("192.0.2.2"), FindAsync("2001:db8::1"), FindAsync("192.0.2.3")];
        var again = FindAsync("192.0.2.1");
        gate.SetResult();
        Assert.Null(await refused);
        Assert.Null(await again);
        Assert.All(await Task.WhenAll(others), Assert.NotNull);
        // What another one has had fetched is there for everybody.
        Assert.NotNull(await FindAsync("192.0.2.1"));
        Assert.Equal(2, lookups);

        async Task<RegisteredClient?> FindAsync(string address)
        {
            AskingAddress.Enter(IPAddress.Parse(address));
            return await directory.FindAsync(id, default);
        }
    }

    private Task<int> RegisterAsync(string clientId, string name) => _database.DbAsync(db =>
    {
        var json = JsonElement.Parse($$"""{"client_name":"{{name}}","redirect_uris":["https://a.example/"]}""");
        db.Clients.Add(
            ClientRegistration.NewClient(
                Guid.CreateVersion7(), clientId, ClientMetadataReader.Read(json, []), Secret,
                    _database.Services.GetRequiredService<ClientSecrets>()));
        return db.SaveChangesAsync();
    });

    private Task<int> RenameAsync(string clientId, string name) =>
        _database.DbAsync(
            db => db.Clients.Where(c => c.ClientId == clientId).ExecuteUpdateAsync(s => s.SetProperty(c => c.DisplayName, name)));
}
