using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Statements;

/// <summary>What a request may ask of the database (ARCHITECTURE section 3): statements and commits of the success path.</summary>
public abstract class StatementCountTests(HostFixture fixture)
{
    /// <summary>However much the ID token tells of the person.</summary>
    [Theory]
    [InlineData("openid offline_access")]
    [InlineData("openid profile email phone address offline_access")]
    [InlineData("openid offline_access", """{"id_token":{"nickname":null}}""")]
    public async Task A_refresh_is_one_statement_in_one_commit(string scope, string? claims = null)
    {
        var (app, browser, _) = await SignedInAsync();
        var tokens = await app.RedeemCodeAsync(
            await browser.AuthorizeAsync(app, scope + " notes:read", [("resource", Seed.Api), ("claims", claims)]));
        // The first one may fill caches.
        var token = (await app.RefreshAsync(tokens.RefreshToken)).RefreshToken;
        var sql = await CountAsync(() => app.RefreshAsync(token));
        Expect(statements: 1, commits: 1, sql);
        Assert.StartsWith("UPDATE", sql.Statements.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_is_three_statements_in_one_commit_and_its_refresh_one_in_one()
    {
        var api = new ApiCaller(fixture.Issuer);
        // The first one may fill caches.
        Assert.Equal(HttpStatusCode.OK, (await api.LoginAsync(Seed.Alice)).Status);
        var login = default(ApiAnswer);
        Expect(statements: 3, commits: 1, await fixture.Host.Sql.MeasureAsync(async () => login = await api.LoginAsync(Seed.Alice)));
        var refreshed = default(ApiAnswer);
        Expect(
            statements: 1, commits: 1, await fixture.Host.Sql.MeasureAsync(
                async () => refreshed = await api.RefreshAsync(login!.RefreshToken)));
        Assert.Equal(HttpStatusCode.OK, refreshed!.Status);
    }

    [Fact]
    public async Task Client_credentials_touch_no_table_once_the_client_is_cached()
    {
        var app = Seed.Machine(fixture.Issuer);
        Assert.True((await app.ClientCredentialsAsync("notes:read")).IsOk);
        Expect(statements: 0, commits: 0, await CountAsync(() => app.ClientCredentialsAsync("notes:read")));
    }

    [Theory]
    [InlineData("openid offline_access")]
    [InlineData("openid")]
    [InlineData("openid profile email phone address offline_access")]
    public async Task A_code_is_redeemed_in_four_statements_and_one_commit(string scope)
    {
        var (app, browser, _) = await SignedInAsync();
        var code = await browser.AuthorizeAsync(app, scope);
        Expect(statements: 4, commits: 1, await CountAsync(() => app.RedeemCodeAsync(code)));
    }

    [Fact]
    public async Task Introspection_is_one_statement()
    {
        var (_, _, tokens) = await SignedInAsync();
        var api = Seed.ResourceServer(fixture.Issuer);
        Assert.True((await api.IntrospectAsync(tokens.AccessToken)).IsActive);
        Expect(statements: 1, commits: 0, await CountAsync(() => api.IntrospectAsync(tokens.AccessToken)));
    }

    [Fact]
    public async Task Introspection_that_tells_the_address_is_one_statement()
    {
        var (app, browser, _) = await SignedInAsync();
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email"));
        Assert.NotNull((await app.IntrospectAsync(tokens.AccessToken)).Text("username"));
        Expect(statements: 1, commits: 0, await CountAsync(() => app.IntrospectAsync(tokens.AccessToken)));
    }

    [Fact]
    public async Task Userinfo_is_one_statement()
    {
        var (app, browser, _) = await SignedInAsync();
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid profile email"));
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
        Expect(statements: 1, commits: 0, await CountAsync(() => app.UserInfoAsync(tokens.AccessToken)));
    }

    [Fact]
    public async Task A_page_with_a_session_is_one_statement()
    {
        var (_, browser, _) = await SignedInAsync();
        var sql = await fixture.Host.Sql.MeasureAsync(async () => Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/")).Status));
        Expect(statements: 1, commits: 0, sql);
    }

    /// <summary>The standing of the caller, and the user with their roles.</summary>
    [Fact]
    public async Task Ones_own_profile_is_two_statements()
    {
        var alice = await ApiClient.SignInAsync(fixture.Host, Seed.Alice);
        await alice.GetAsync("/v1/users/me");
        var sql = await fixture.Host.Sql.MeasureAsync(async () => (await alice.GetAsync("/v1/users/me")).Expect(HttpStatusCode.OK));
        Expect(statements: 2, commits: 0, sql);
    }

    /// <summary>However many users and roles are on the page.</summary>
    [Fact]
    public async Task A_page_of_users_is_two_statements()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        await carol.GetAsync("/v1/users");
        var sql = await fixture.Host.Sql.MeasureAsync(async () => (await carol.GetAsync("/v1/users?limit=2")).Expect(HttpStatusCode.OK));
        Expect(statements: 2, commits: 0, sql);
    }

    private async Task<(ClientApp App, Browser Browser, TokenAnswer Tokens)> SignedInAsync()
    {
        var app = Seed.Web(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return (
            app, browser, await app.RedeemCodeAsync(
                await browser.AuthorizeAsync(app, "openid offline_access notes:read", [("resource", Seed.Api)])));
    }

    private Task<SqlRecord> CountAsync(Func<Task<TokenAnswer>> send) => fixture.Host.Sql.MeasureAsync(async () =>
    {
        var answer = await send();
        Assert.True(answer.IsOk, answer.Body);
    });

    private static void Expect(int statements, int commits, SqlRecord sql) =>
        Assert.True(
            (sql.Statements.Count, sql.Commits) == (
                statements, commits), $"Expected {statements} in {commits} commits, but there were {sql}");
}

public sealed class StatementCountsOnSqlite(SqliteHost fixture) : StatementCountTests(fixture), IClassFixture<SqliteHost>;

public sealed class StatementCountsOnPostgres(PostgresHost fixture) : StatementCountTests(fixture), IClassFixture<PostgresHost>;
