using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 6749 sections 4.1.2.1 and 5.2: what a client is not registered for is unauthorized_client, plain request or not.</summary>
public abstract class PermissionTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData("ept:authorization", "this endpoint")]
    [InlineData("gt:authorization_code", "this grant type")]
    [InlineData("rst:code", "this response type")]
    public async Task A_client_without_a_permission_is_told_so_at_its_own_address(string permission, string about)
    {
        var (app, browser) = (Seed.Shrinking(Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        await WithoutAsync(app, permission, async () =>
        {
            // The first has nothing unusual; the second goes the long way because of its parameter.
            foreach (var extra in new (string, string?)[][] { [], [("display", "page")] })
            {
                var answer = await browser.AuthorizeAsync(app, "openid", extra);
                Assert.Equal("unauthorized_client", answer.Error);
                Assert.Contains(about, answer.Parameters["error_description"], StringComparison.Ordinal);
                Assert.Equal(answer.Request.State, answer.Parameters["state"]);
                Assert.Equal(Issuer.Text, answer.Parameters["iss"]);
            }
        });
        Assert.NotNull((await browser.AuthorizeAsync(app)).Code);
    }

    [Theory]
    [InlineData("ept:token")]
    [InlineData("gt:authorization_code")]
    public async Task A_code_is_redeemed_only_with_the_permissions_of_the_day(string permission)
    {
        var (app, browser) = (Seed.Shrinking(Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        await WithoutAsync(app, permission, async () =>
            Assert.Equal("unauthorized_client", (await app.TokenAsync([("grant_type", "authorization_code"), ("code", "x"),
                ("redirect_uri", app.RedirectUri), ("code_verifier", new string('x', 43))])).Error));
        await WithoutAsync(app, "ept:revocation", async () =>
            Assert.Equal("unauthorized_client", (await app.RevokeAsync(tokens.RefreshToken)).Error));
        await WithoutAsync(app, "ept:introspection", async () =>
            Assert.Equal("unauthorized_client", (await app.IntrospectAsync(tokens.AccessToken)).Error));
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_client_that_may_not_send_people_to_sign_out_is_refused_on_a_page()
    {
        var app = Seed.Shrinking(Issuer);
        var address = $"/connect/endsession?client_id={app.ClientId}";
        await WithoutAsync(app, "ept:end_session", async () =>
            Assert.Equal(HttpStatusCode.BadRequest, (await fixture.Host.NewBrowser().OpenAsync(address)).Status));
        Assert.Equal(HttpStatusCode.OK, (await fixture.Host.NewBrowser().OpenAsync(address)).Status);
    }

    private async Task WithoutAsync(ClientApp app, string permission, Func<Task> act)
    {
        var before = await WriteAsync(app, permissions => [.. permissions.Where(p => p != permission)]);
        await act();
        await WriteAsync(app, _ => before);
    }

    private async Task<string[]> WriteAsync(ClientApp app, Func<string[], string[]> change)
    {
        var before = await fixture.Host.WithDatabaseAsync(async db =>
        {
            var client = await db.Clients.SingleAsync(c => c.ClientId == app.ClientId);
            var permissions = JsonSerializer.Deserialize<string[]>(client.Permissions!)!;
            client.Permissions = JsonSerializer.Serialize(change(permissions));
            await db.SaveChangesAsync();
            return permissions;
        });
        // The directory keeps a client for ten seconds.
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        return before;
    }
}

public sealed class PermissionOnSqliteTests(SqliteHost fixture) : PermissionTests(fixture), IClassFixture<SqliteHost>;

public sealed class PermissionOnPostgresTests(PostgresHost fixture) : PermissionTests(fixture), IClassFixture<PostgresHost>;
