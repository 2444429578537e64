using System.Net;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The rows of the start matrix with DATABASE_URL.</summary>
public sealed class PostgresStartTests
{
    private readonly string _address = ServerProcess.FreeAddress();
    private readonly (string, string)[] _secrets = [("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New())];

    [Fact]
    public async Task Four_settings_run_it_in_production_on_an_empty_database()
    {
        var (database, url) = await NewDatabaseAsync();
        await using var server = ServerProcess.Start(
            [.. _secrets, ("DATABASE_URL", url), ("API_BASE_URL", _address)], "--urls", _address);
        await server.ReadyAsync(_address);
        Assert.Contains("runs in Production", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unused", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
        Assert.Equal(5, await KeyCountAsync(database));
        await Eventually.UntilAsync("the pool is full", async () => await ConnectionCountAsync(database) >= 20);
    }

    [Fact]
    public async Task A_database_that_gives_fewer_connections_than_the_pool_has_is_reported_and_used()
    {
        var cluster = await SharedServers.PostgresAsync();
        var name = await cluster.CreateDatabaseAsync();
        var role = $"few_{name}";
        await cluster.ExecuteAsync("postgres", $"CREATE ROLE {role} LOGIN CONNECTION LIMIT 5");
        await cluster.ExecuteAsync("postgres", $"ALTER DATABASE {name} OWNER TO {role}");
        await cluster.ExecuteAsync(name, $"ALTER SCHEMA public OWNER TO {role}");
        await using var server = ServerProcess.Start(
            [.. _secrets, ("DATABASE_URL", cluster.Url(name).Replace("postgres:unused", role, StringComparison.Ordinal)),
                ("API_BASE_URL", _address)], "--urls", _address);
        await server.ReadyAsync(_address);
        await Eventually.UntilAsync(
            "it says so", () => server.Output.Contains(
                "Not all of the 20 connections of DATABASE_POOL_SIZE could be opened", StringComparison.Ordinal), () => server.Output);
        Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync(_address, "/health/ready"));
    }

    [Fact]
    public async Task A_second_start_loads_no_object_mapper_and_shows_pages()
    {
        var (_, url) = await NewDatabaseAsync();
        (string, string)[] settings = [.. _secrets, ("DATABASE_URL", url), ("API_BASE_URL", _address), ("CORE_DUMPS", "on"),
            ("SMTP_URL", "smtp://mail.example.com"), ("EMAIL_FROM", "id@example.com")];
        await using (var first = ServerProcess.Start(settings, "--urls", _address))
        {
            await first.ReadyAsync(_address);
            Assert.True(first.HasLoaded(EmbeddedStartTests.Mapper));
            await first.StopAsync();
        }
        await using var second = ServerProcess.Start(settings, "--urls", _address);
        await second.ReadyAsync(_address);
        // Nor while it idles: what runs every few seconds has run by then.
        await Task.Delay(TimeSpan.FromSeconds(7));
        Assert.False(second.HasLoaded(EmbeddedStartTests.Mapper));
        // Nor what counts and sends figures, before somebody asks for them (tests of the management listener do).
        Assert.False(second.HasLoaded("OpenTelemetry"));
        // Nor what sends mails, while there is none.
        Assert.False(second.HasLoaded("MailKit"));
        // Nor the package for object storage, which no setting asks for.
        Assert.False(second.HasLoaded("AWSSDK.S3"));
        // The scheduler, on the other hand, has been built by then.
        Assert.True(second.HasLoaded("Quartz"));
        Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync(_address, "/signin"));
    }

    [Fact]
    public async Task Secrets_and_address_are_required()
    {
        var (exit, output, errors) = await ServerProcess.RunAsync([("DATABASE_URL", "postgresql://app:hunter2@127.0.0.1:1/app")]);
        Assert.Equal(78, exit);
        foreach (var key in new[] { "SECRET_KEY", "JWT_SECRET", "API_BASE_URL" })
        {
            Assert.Contains($"{key}: is not set", errors, StringComparison.Ordinal);
        }
        Assert.Contains("openssl rand -base64 32", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_weak_secret_is_refused()
    {
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("DATABASE_URL", "postgresql://app@127.0.0.1:1/app"), ("SECRET_KEY", "your-secret-key-here"),
                ("JWT_SECRET", SecretText.New()), ("API_BASE_URL", _address)]);
        Assert.Equal(78, exit);
        Assert.Contains("SECRET_KEY: is not at least 32 random bytes", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("your-secret-key-here", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_named_without_its_password()
    {
        var (exit, output, errors) = await ServerProcess.RunAsync(
            [.. _secrets, ("DATABASE_URL", "postgresql://app:hunter2@127.0.0.1:1/app"), ("API_BASE_URL", _address)], "--urls", _address);
        Assert.Equal(69, exit);
        Assert.Contains("DATABASE_URL: the database cannot be reached", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_not_made()
    {
        var url = (await SharedServers.PostgresAsync()).Url("misspelt");
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [.. _secrets, ("DATABASE_URL", url), ("API_BASE_URL", _address)], "--urls", _address);
        Assert.Equal(69, exit);
        Assert.Contains("the database does not exist", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicas_that_start_at_once_migrate_once_and_make_one_set_of_keys()
    {
        var (database, url) = await NewDatabaseAsync();
        var addresses = new[] { _address, ServerProcess.FreeAddress(), ServerProcess.FreeAddress() };
        var servers = addresses.Select(a => ServerProcess.Start(
            [.. _secrets, ("DATABASE_URL", url), ("DATABASE_POOL_SIZE", "1"), ("API_BASE_URL", _address)], "--urls", a)).ToList();
        try
        {
            await Task.WhenAll(servers.Zip(addresses, (server, address) => server.ReadyAsync(address)));
            Assert.Single(servers, s => s.Output.Contains("Applied ", StringComparison.Ordinal));
            Assert.Equal(5, await KeyCountAsync(database));
            Assert.Contains("<sealed", await DataProtectionKeyAsync(database), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_database_with_data_waits_for_the_operator_to_migrate_it()
    {
        var (database, url) = await NewDatabaseAsync();
        await MigrateToFirstAsync(database);
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [.. _secrets, ("DATABASE_URL", url), ("API_BASE_URL", _address)], "--urls", _address);
        Assert.Equal(78, exit);
        Assert.Contains("AuthServer migrate", errors, StringComparison.Ordinal);
        Assert.Contains("AUTHSERVER_MIGRATE=true", errors, StringComparison.Ordinal);

        var (migrated, output, _) = await ServerProcess.RunAsync([("DATABASE_URL", url)], "migrate");
        Assert.Equal(0, migrated);
        Assert.Contains("Applied: ", output, StringComparison.Ordinal);
        await using var server = ServerProcess.Start([.. _secrets, ("DATABASE_URL", url), ("API_BASE_URL", _address)], "--urls", _address);
        await server.ReadyAsync(_address);
    }

    [Fact]
    public async Task A_setting_lets_the_server_migrate_by_itself()
    {
        var (database, url) = await NewDatabaseAsync();
        await MigrateToFirstAsync(database);
        await using var server = ServerProcess.Start(
            [.. _secrets, ("DATABASE_URL", url), ("API_BASE_URL", _address), ("AUTHSERVER_MIGRATE", "true")], "--urls", _address);
        await server.ReadyAsync(_address);
    }

    private static async Task<(string Name, string Url)> NewDatabaseAsync()
    {
        var cluster = await SharedServers.PostgresAsync();
        var name = await cluster.CreateDatabaseAsync();
        return (name, cluster.Url(name));
    }

    private static async Task MigrateToFirstAsync(string database)
    {
        await using var db = await OpenAsync(database);
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First());
    }

    private static async Task<int> KeyCountAsync(string database)
    {
        await using var db = await OpenAsync(database);
        return await db.Keys.CountAsync();
    }

    private static async Task<int> ConnectionCountAsync(string database)
    {
        await using var db = await OpenAsync(database);
        return await db.Database.SqlQuery<int>(
            $"""
            SELECT count(*)::int AS "Value" FROM pg_stat_activity
            WHERE datname = {database} AND application_name = 'AuthServer'
            """).SingleAsync();
    }

    private static async Task<string> DataProtectionKeyAsync(string database)
    {
        await using var db = await OpenAsync(database);
        return (await db.DataProtectionKeys.SingleAsync()).Xml!;
    }

    private static async Task<PostgresAuthDbContext> OpenAsync(string database) => new(new DbContextOptionsBuilder<PostgresAuthDbContext>()
        .UseNpgsql((await SharedServers.PostgresAsync()).ConnectionString(database)).UseSnakeCaseNamingConvention().Options);
}
