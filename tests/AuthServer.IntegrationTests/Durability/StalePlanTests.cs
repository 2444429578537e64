using System.Net;
using AuthServer.Data.Sql;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Durability;

/// <summary>A table is altered while the server runs: PostgreSQL refuses the statements that it has prepared.</summary>
public sealed class StalePlanTests(StalePlanTests.OwnHost fixture) : IClassFixture<StalePlanTests.OwnHost>
{
    private const string Name = "SELECT first_name FROM users WHERE email = @email";

    [Fact]
    public async Task Requests_go_on_as_if_nothing_had_happened()
    {
        var app = Seed.Console(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess));

        async Task WalkAsync()
        {
            var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Alice);
            Assert.Equal(HttpStatusCode.OK, login.Status);
            Assert.Equal(HttpStatusCode.OK, (await new ApiCaller(fixture.Issuer).RefreshAsync(login.RefreshToken)).Status);
            // Queries of EF Core, and a batch of statements.
            (await new ApiClient(fixture.Issuer, tokens.AccessToken).GetAsync("/v1/users/me")).Expect(HttpStatusCode.OK);
            Assert.True((await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).IsOk);
            Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/")).Status);
        }

        // A statement is prepared at its second use on a connection.
        for (var i = 0; i < 6; i++) await WalkAsync();
        await AlterAsync("text");
        await WalkAsync();
        await AlterAsync("varchar(200)");
        await WalkAsync();
    }

    [Fact]
    public async Task Each_form_of_a_statement_is_run_again_once_outside_of_a_transaction()
    {
        var sql = fixture.Host.Services.GetRequiredService<SqlRunner>();
        await using var connection = await sql.OpenAsync(default);
        void Alice(SqlValues values) => values.Add("email", Seed.Alice.Email);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++) await RunAsync();
            await AlterAsync(round == 0 ? "text" : "varchar(150)");
            await RunAsync();
        }

        async Task RunAsync()
        {
            Assert.NotNull(await connection.FirstAsync(Name, Alice, row => row.Text(0) ?? "none", default));
            Assert.Single(await connection.ListAsync(Name + " LIMIT 5", Alice, row => row.Text(0), default));
            Assert.True(await connection.FirstValueAsync(Name + " LIMIT 6", Alice, _ => true, default));
        }
    }

    [Fact]
    public async Task A_batch_with_several_stale_statements_happens_once()
    {
        var sql = fixture.Host.Services.GetRequiredService<SqlRunner>();
        var version = await VersionAsync();
        for (var i = 0; i < 12; i++) await RunAsync();
        await AlterAsync("text");
        await RunAsync();
        await AlterAsync("varchar(180)");
        await RunAsync();
        Assert.Equal(version + 14, await VersionAsync());

        async Task RunAsync()
        {
            var batch = sql.Together();
            var (first, second) = (Read(batch, " LIMIT 1"), Read(batch, " LIMIT 2"));
            var written = batch.Add("UPDATE users SET version = version + 1 WHERE email = @email", v => v.Add("email", Seed.Carol.Email));
            await batch.RunAsync(default);
            Assert.Equal((1, first.Row), (written.Written, second.Row));
        }

        BatchRow<string> Read(SqlBatch batch, string end) =>
            batch.Add(Name + end, v => v.Add("email", Seed.Alice.Email), row => row.Text(0) ?? "none");
        Task<long> VersionAsync() => fixture.Host.WithDatabaseAsync(
            db => db.Users.Where(u => u.Email == Seed.Carol.Email).Select(u => u.Version).SingleAsync());
    }

    private Task<int> AlterAsync(string type) => fixture.Host.WithDatabaseAsync(async db =>
    {
#pragma warning disable EF1002 // Texts of this class.
        foreach (var column in new[] { "first_name", "last_name" })
        {
            await db.Database.ExecuteSqlRawAsync($"ALTER TABLE users ALTER {column} TYPE {type}");
        }
        await db.Database.ExecuteSqlRawAsync($"ALTER TABLE users ALTER password_hash TYPE {(type == "text" ? type : "varchar(255)")}");
        await db.Database.ExecuteSqlRawAsync($"ALTER TABLE user_sessions ALTER client_id TYPE {type}");
#pragma warning restore EF1002
        return 0;
    });

    public sealed class OwnHost() : HostFixture(DatabaseKind.Postgres);
}
