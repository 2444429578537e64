using System.Net;
using AuthServer.Audit;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Statements;

/// <summary>Every hot statement, as the server itself sends it, finds its rows by an index however large the tables are.</summary>
public sealed class PlanTests(GrownDatabase database) : IClassFixture<GrownDatabase>
{
    private const string DeepCursor = "AQAAAAAAAAAAAAAAAAAAYag";

    private AuthServerHost Host => database.Host;

    [Theory]
    [InlineData("force_custom_plan")]
    [InlineData("force_generic_plan")]
    public async Task Every_hot_statement_uses_its_index(string mode)
    {
        await database.PlanAsync(mode);
        var (app, api) = (Seed.Web(Host.Issuer), Seed.ResourceServer(Host.Issuer));
        var caller = new ApiCaller(Host.Issuer);
        var browser = Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var answer = await browser.AuthorizeAsync(app, "openid offline_access profile email notes:read", [("resource", Seed.Api)]);
        var profile = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid profile email"));

        var tokens = default(TokenAnswer)!;
        await ExpectAsync("code", async () => tokens = await app.RedeemCodeAsync(answer), "ix_tokens_reference_id", "pk_tokens",
            "pk_user_sessions", "pk_users");
        await ExpectAsync("refresh", async () => Assert.True((tokens = await app.RefreshAsync(tokens.RefreshToken)).IsOk),
            "pk_user_sessions", "pk_users");
        await ExpectAsync("introspection", async () => Assert.True((await api.IntrospectAsync(tokens.AccessToken)).IsActive),
            "pk_user_sessions", "pk_users");
        await ExpectAsync("userinfo", async () => Assert.True((await app.UserInfoAsync(profile.AccessToken)).IsOk),
            "pk_user_sessions", "pk_users");
        await ExpectAsync("authorization", async () => await browser.AuthorizeAsync(app, "openid"), "pk_user_sessions");
        const string ByEmail = "users_email_key_key|idx_users_email_key_prefix";
        await ExpectAsync("sign-in page", () => Host.NewBrowser().SignInAsync(Seed.Alice), ByEmail);
        await ExpectAsync("login", () => caller.LoginAsync(Seed.Alice), ByEmail);
        await ExpectAsync("sessions of a person", TrimAsync, "idx_sessions_user_id");
        await ExpectAsync("revocation", async () => Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk),
            "pk_user_sessions", "idx_sessions_parent_id");
        await ExpectAsync("purge", PurgeAsync, "idx_sessions_expires_at", "idx_tokens_expiration_date", "idx_audit_occurred_at",
            "pk_user_sessions");
    }

    /// <summary>EF Core's statements are not prepared, so that each is planned for its values.</summary>
    [Fact]
    public async Task Pages_of_users_are_read_in_the_order_of_an_index()
    {
        await database.PlanAsync("auto");
        var admin = await ApiClient.SignInAsync(Host, Seed.Carol);
        await admin.GetAsync("/v1/users");
        await ExpectAsync("first page", () => ListAsync(admin, "?limit=50"), "pk_users");
        await ExpectAsync("deep page", () => ListAsync(admin, "?limit=50&cursor=" + DeepCursor), "pk_users");
        await ExpectAsync("by e-mail", () => ListAsync(admin, "?email=grown17"));
        await ExpectAsync("by time", () => ListAsync(admin, "?created_after=2024-01-20T00:00:00Z"));
        await ExpectAsync("profile", async () => (await admin.GetAsync("/v1/users/me")).Expect(HttpStatusCode.OK), "pk_users");
    }

    /// <summary>What deletes a client, and what asks whether it is used.</summary>
    [Fact]
    public async Task The_sessions_of_a_client_are_found_by_an_index()
    {
        await database.PlanAsync("auto");
        await using var scope = Host.Services.CreateAsyncScope();
        var ending = scope.ServiceProvider.GetRequiredService<SessionEnding>();
        await ExpectAsync(
            "end of a client", () => ending.EndAllOfClientAsync("nobody", EndReason.ClientDeleted, Caller.System, default),
            "idx_sessions_client_id");
    }

    /// <summary>That the tests above can fail.</summary>
    [Theory]
    [InlineData("idx_sessions_user_id", "CREATE INDEX idx_sessions_user_id ON user_sessions (user_id)")]
    [InlineData("idx_sessions_parent_id", "CREATE INDEX idx_sessions_parent_id ON user_sessions (parent_id)")]
    [InlineData("idx_sessions_expires_at", "CREATE INDEX idx_sessions_expires_at ON user_sessions (expires_at)")]
    public async Task A_missing_index_is_seen(string index, string again)
    {
        await database.PlanAsync("auto");
        // While every index is there: PostgreSQL uses one that is made after such a change only when no older transaction is left.
        await database.ExecuteAsync("UPDATE user_sessions SET expires_at = now() WHERE user_id IN (SELECT id FROM users LIMIT 9)");
        await database.ExecuteAsync($"DROP INDEX {index}");
        try
        {
            var plans = await database.ExplainAsync(async () =>
            {
                await TrimAsync();
                await PurgeAsync();
            });
            Assert.Contains(plans, p => p.Growing.Any(step => step.Contains("user_sessions", StringComparison.Ordinal)));
        }
        finally
        {
            await database.ExecuteAsync(again);
        }
    }

    private static async Task ListAsync(ApiClient admin, string query)
    {
        var page = (await admin.GetAsync("/v1/users" + query)).Expect(HttpStatusCode.OK);
        Assert.NotEqual(0, page.Json.GetProperty("users").GetArrayLength());
    }

    /// <param name="indexes">All of them are used; of those with a bar between them, one.</param>
    private async Task ExpectAsync(string what, Func<Task> act, params string[] indexes)
    {
        var plans = await database.ExplainAsync(act);
        Assert.True(!plans.SelectMany(p => p.Growing).Any(), $"{what}: {string.Join("\n", plans.SelectMany(p => p.Growing))}");
        var used = plans.SelectMany(p => p.Indexes).ToHashSet();
        var missing = indexes.Where(names => !names.Split('|').Any(used.Contains)).ToList();
        Assert.True(missing.Count == 0, $"{what}: no {string.Join(", ", missing)} in\n{string.Join("\n", plans.Select(p =>
            $"{p.Query}\n  {string.Join(" < ", p.Steps)}"))}");
    }

    private async Task TrimAsync()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAsync(new Guid("00000000-0000-0000-0000-000000000007"), default);
    }

    private async Task PurgeAsync()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default);
    }
}
