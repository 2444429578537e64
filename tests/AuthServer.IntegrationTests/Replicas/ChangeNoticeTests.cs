using AuthServer.Clients.Directory;
using AuthServer.Data.Changes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>
/// What one process writes to clients, scopes, resources and keys, the others see at once. The clock of the servers stands still, so that
/// nothing that they keep expires.
/// </summary>
public sealed class ChangeNoticeTests
{
    // Short of the lifetime of what is kept, even if each look lets it pass.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Each_kind_of_change_on_one_replica_is_seen_by_the_other()
    {
        await using var replicas = await ListeningAsync();
        // Both take up the listening with one look at everything, so that only a second change is surely seen by its notice.
        await SeesANewSecretAsync(replicas, Seed.Machine(replicas.Second.Issuer));
        await SeesANewSecretAsync(replicas, Seed.ResourceServer(replicas.Second.Issuer));
        await SeesAScopeOfPsqlAsync(replicas);
        await SeesAResourceOfPsqlAsync(replicas);
        await SeesARevokedKeyAsync(replicas);
    }

    [Fact]
    public async Task A_listener_whose_connection_ends_listens_again_and_sees_what_it_missed()
    {
        await using var replicas = await ListeningAsync();
        await SeesANewSecretAsync(replicas, Seed.Machine(replicas.Second.Issuer));
        await replicas.ExecuteAsync(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE '% notices'
            """);
        await replicas.UntilAsync("nobody listens", async () => await replicas.ListenersAsync() == 0);

        // The clock stands still, so neither server tries again before the change is made.
        var scopes = replicas.Second.Services.GetRequiredService<ScopeDirectory>();
        Assert.False((await scopes.AllAsync(default)).ContainsKey("missed"));
        await replicas.ExecuteAsync(InsertScope("missed"));
        Assert.False((await scopes.AllAsync(default)).ContainsKey("missed"));
        await replicas.UntilAsync("the change is seen", async () => (await scopes.AllAsync(default)).ContainsKey("missed"), Step);
        await replicas.UntilAsync("both listen", async () => await replicas.ListenersAsync() == 2, Step);
        await SeesAScopeOfPsqlAsync(replicas);
    }

    [Fact]
    public async Task Every_table_whose_rows_are_kept_announces_its_changes()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var context = database.OpenContext();
        var announced = await context.Database.SqlQueryRaw<string>(
            "SELECT tgrelid::regclass::text AS \"Value\" FROM pg_trigger WHERE tgname = 'announce_change'").ToListAsync();
        Assert.Equal(KeptTables.All.Order(), announced.Order());
    }

    /// <summary>The commands of the embedded default are other processes on the same file.</summary>
    [Fact]
    public async Task Changes_that_another_process_makes_to_the_embedded_file_are_seen_by_the_server()
    {
        await using var replicas = await TwoReplicas.StartAsync(DatabaseKind.Sqlite);
        var scopes = replicas.Second.Services.GetRequiredService<ScopeDirectory>();
        for (var round = 0; round < 2; round++)
        {
            var name = $"round{round}";
            Assert.False((await scopes.AllAsync(default)).ContainsKey(name));
            await replicas.ExecuteAsync($"INSERT INTO scopes (id, name) VALUES ('0193a000-0000-7000-8000-00000000000{round}', '{name}')");
            await replicas.UntilAsync(
                "the scope is seen", async () => (await scopes.AllAsync(default)).ContainsKey(name), TimeSpan.FromMilliseconds(10));
        }

        var kid = await replicas.RevokeSignerAsync();
        var ring = replicas.Second.Services.GetRequiredService<KeyRing>();
        await replicas.UntilAsync(
            "the key is gone", () => Task.FromResult(ring.Current.Signing.All(k => k.Kid != kid)), TimeSpan.FromMilliseconds(10));
    }

    private static async Task<TwoReplicas> ListeningAsync()
    {
        var replicas = await TwoReplicas.StartAsync(DatabaseKind.Postgres);
        // After the pause that each start makes.
        await replicas.UntilAsync("both listen", async () => await replicas.ListenersAsync() == 2, TimeSpan.FromSeconds(0.1));
        return replicas;
    }

    private static async Task SeesANewSecretAsync(TwoReplicas replicas, ClientApp client)
    {
        // Kept from here on.
        Assert.NotEqual("invalid_client", (await client.IntrospectAsync("unknown")).Error);
        var renewed = await replicas.RotateSecretAsync(client);
        await replicas.UntilAsync("the former secret has ended", async () => (await client.IntrospectAsync("x")).Error == "invalid_client");
        Assert.NotEqual("invalid_client", (await renewed.IntrospectAsync("unknown")).Error);
    }

    private static async Task SeesAScopeOfPsqlAsync(TwoReplicas replicas)
    {
        var scopes = replicas.Second.Services.GetRequiredService<ScopeDirectory>();
        Assert.False((await scopes.AllAsync(default)).ContainsKey("psql"));
        await replicas.ExecuteAsync(InsertScope("psql"));
        await replicas.UntilAsync("the scope is seen", async () => (await scopes.AllAsync(default)).ContainsKey("psql"));
    }

    private static async Task SeesAResourceOfPsqlAsync(TwoReplicas replicas)
    {
        var scopes = replicas.Second.Services.GetRequiredService<ScopeDirectory>();
        Assert.True((await scopes.ApisAsync(default)).Resources.ContainsKey(Seed.Ledger));
        await replicas.ExecuteAsync($"DELETE FROM resources WHERE identifier = '{Seed.Ledger}'");
        await replicas.UntilAsync(
            "the resource is gone", async () => !(await scopes.ApisAsync(default)).Resources.ContainsKey(Seed.Ledger));
    }

    private static async Task SeesARevokedKeyAsync(TwoReplicas replicas)
    {
        var ring = replicas.Second.Services.GetRequiredService<KeyRing>();
        var kid = await replicas.RevokeSignerAsync();
        await replicas.UntilAsync("the key is gone", () => Task.FromResult(ring.Current.Signing.All(k => k.Kid != kid)));
    }

    private static string InsertScope(string name) => $"INSERT INTO scopes (id, name) VALUES (gen_random_uuid(), '{name}')";
}
