using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Hosting;

public abstract class StartTests(HostFixture fixture)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task The_server_is_ready_on_its_database(string address)
    {
        using var answer = await fixture.Host.Issuer.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}

public sealed class StartOnSqlite(SqliteHost fixture) : StartTests(fixture), IClassFixture<SqliteHost>;

public sealed class StartOnPostgres(PostgresHost fixture) : StartTests(fixture), IClassFixture<PostgresHost>;
