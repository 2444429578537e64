using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.IntegrationTests.Durability;

/// <summary>
/// PostgreSQL in states in which it answers, but not as it must: 503 with Retry-After, not ready, and well again by itself.
/// </summary>
public sealed class DatabaseStateTests(DatabaseStateTests.OwnHost fixture) : IClassFixture<DatabaseStateTests.OwnHost>
{
    /// <summary>What is done to the database <c>{0}</c>, and what takes it back.</summary>
    public static TheoryData<string, string> States => new()
    {
        { "ALTER DATABASE {0} SET default_transaction_read_only = on", "ALTER DATABASE {0} RESET default_transaction_read_only" },
        {
            "CREATE ROLE {0}_reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {0}_reader; " +
            "ALTER ROLE CURRENT_USER IN DATABASE {0} SET role = '{0}_reader'",
            "SET ROLE NONE; ALTER ROLE SESSION_USER IN DATABASE {0} RESET role"
        },
        {
            "CREATE ROLE {0}_stranger; ALTER ROLE CURRENT_USER IN DATABASE {0} SET role = '{0}_stranger'",
            "SET ROLE NONE; ALTER ROLE SESSION_USER IN DATABASE {0} RESET role"
        },
        { "ALTER TABLE users RENAME TO users_away", "ALTER TABLE users_away RENAME TO users" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_state_of_the_database_answers_503_is_not_ready_and_passes(string make, string undo)
    {
        var api = new ApiCaller(fixture.Issuer);
        await ReadyAsync(HttpStatusCode.OK);
        await RunAsync(make);
        try
        {
            await ReadyAsync(HttpStatusCode.ServiceUnavailable);
            using var answer = await fixture.Issuer.Http.PostAsync("/v1/auth/login", new StringContent(
                $$"""{"email":"{{Seed.Alice.Email}}","password":"{{Seed.Alice.Password}}"}""",
                System.Text.Encoding.UTF8, "application/json"));
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "application/problem+json"),
                    (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        finally
        {
            await RunAsync(undo);
        }

        await ReadyAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await api.LoginAsync(Seed.Alice)).Status);
    }

    private async Task ReadyAsync(HttpStatusCode expected)
    {
        HttpStatusCode seen = default;
        // The first ones may meet the connections that have just been ended.
        for (var i = 0; i < 4; i++)
        {
            // What was asked a moment ago is not asked again.
            fixture.Time.Advance(TimeSpan.FromSeconds(2));
            using var answer = await fixture.Issuer.Http.GetAsync("/health/ready");
            seen = answer.StatusCode;
        }

        Assert.Equal(expected, seen);
    }

    /// <summary>Changes the database and ends the server's connections, which keep the settings of their beginning.</summary>
    private async Task RunAsync(string sql)
    {
        await using var db = fixture.Host.Database.OpenContext();
        await db.Database.OpenConnectionAsync();
        var name = db.Database.GetDbConnection().Database;
        await using var command = new NpgsqlCommand { Connection = (NpgsqlConnection)db.Database.GetDbConnection() };
#pragma warning disable CA2100 // Texts of this class.
        foreach (var statement in sql.Split("; ").Prepend("SET default_transaction_read_only = off"))
        {
            command.CommandText = string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, name);
            await command.ExecuteNonQueryAsync();
        }

        command.CommandText =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public sealed class OwnHost() : HostFixture(DatabaseKind.Postgres);
}
