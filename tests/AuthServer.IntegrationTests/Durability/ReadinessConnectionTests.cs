using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AuthServer.IntegrationTests.Durability;

/// <summary>Readiness has a connection of its own to PostgreSQL.</summary>
public sealed class ReadinessConnectionTests(ReadinessConnectionTests.SmallPool fixture) : IClassFixture<ReadinessConnectionTests.SmallPool>
{
    [Fact]
    public async Task A_server_whose_connections_are_all_taken_stays_ready()
    {
        var source = fixture.Host.Services.GetRequiredService<NpgsqlDataSource>();
        var taken = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < SmallPool.Size; i++) taken.Add(await source.OpenConnectionAsync());
            Assert.Equal(HttpStatusCode.OK, await AskAsync());
        }
        finally
        {
            foreach (var connection in taken) await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_PostgreSQL_has_ended_is_replaced_within_the_same_question()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync());
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Database.SqlQuery<int>(
            $"""
            SELECT count(pg_terminate_backend(pid, 10000))::int AS "Value" FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE '% health'
            """).SingleAsync()));
        Assert.Equal(HttpStatusCode.OK, await AskAsync());
    }

    private async Task<HttpStatusCode> AskAsync()
    {
        // What was asked a moment ago is not asked again.
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        using var answer = await fixture.Issuer.Http.GetAsync("/health/ready");
        return answer.StatusCode;
    }

    public sealed class SmallPool() : HostFixture(DatabaseKind.Postgres)
    {
        public const int Size = 2;

        protected override HostSetup Prepare(HostSetup setup) => setup with
        {
            Settings = new Dictionary<string, string> { ["DATABASE_POOL_SIZE"] = "1", ["DATABASE_MAX_OVERFLOW"] = "1" },
        };
    }
}
