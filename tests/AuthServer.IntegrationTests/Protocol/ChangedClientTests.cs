using System.Net;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>A client that another program deletes or writes while this server still knows its former row.</summary>
public abstract class ChangedClientTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData(null, null)]
    [InlineData("display", "page")]
    public async Task A_client_that_was_made_again_gets_its_code_at_once(string? name, string? value)
    {
        var (app, browser) = (Seed.Shrinking(Issuer), await SignedInAsync(Seed.Alice));
        (string, string?)[] extra = name is null ? [] : [(name, value)];
        Assert.NotNull((await browser.AuthorizeAsync(app, "openid", extra)).Code);
        await ReplaceAsync(app);
        var answer = await browser.AuthorizeAsync(app, "openid", extra);
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
    }

    [Fact]
    public async Task Consent_for_a_client_that_was_made_again_is_asked_for_anew()
    {
        var (app, browser) = (Seed.Modest(Issuer), await SignedInAsync(Seed.Bob));
        var request = app.NewRequest("openid");
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/consent"));
        await ReplaceAsync(app);
        var anew = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        Assert.True(anew.HasForm("/consent"), anew.Body);
        var answer = AuthorizationAnswer.Read(request, await browser.SubmitAsync(anew, "/consent", ("decision", "allow")));
        Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
    }

    [Fact]
    public async Task A_client_that_is_gone_is_unknown_and_never_an_error_of_the_server()
    {
        var (app, other, browser) = (Seed.Patient(Issuer), Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Alice));
        Assert.NotNull((await browser.AuthorizeAsync(app)).Code);
        var consent = await browser.OpenAsync(other.NewRequest("openid").Address);
        Assert.True(consent.HasForm("/consent"));
        await DeleteAsync(app.ClientId);
        await DeleteAsync(other.ClientId);
        foreach (var page in new[]
        {
            await browser.OpenAsync(app.NewRequest("openid").Address),
            await browser.OpenAsync(app.NewRequest("openid", [("display", "page")]).Address),
            await browser.SubmitAsync(consent, "/consent", ("decision", "allow")),
        })
        {
            Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        }
        Assert.Equal("invalid_client", (await app.RefreshAsync("x")).Error);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { nameof(Client.Properties), """{"metadata":{"id_token_signed_response_alg":"PS512"}}""" },
        { nameof(Client.Properties), """{"metadata":{"access_token_signed_response_alg":"none"}}""" },
        { nameof(Client.Properties), "{" },
        { nameof(Client.Properties), "[]" },
        { nameof(Client.Permissions), "openid" },
        { nameof(Client.Permissions), "{}" },
        { nameof(Client.Permissions), "[null]" },
        { nameof(Client.RedirectUris), "[1]" },
        { nameof(Client.Requirements), "\"ft:pkce\"" },
        { nameof(Client.JsonWebKeySet), "{" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task A_client_whose_row_cannot_be_used_is_unknown_and_never_an_error_of_the_server(string column, string value)
    {
        var (app, browser) = (Seed.Pinned(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var before = await WriteAsync(app.ClientId, column, value);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(app.NewRequest("openid").Address)).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest, (await browser.OpenAsync(app.NewRequest("openid", [("display", "page")]).Address)).Status);
        Assert.Equal("invalid_client", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_client", (await app.ClientCredentialsAsync()).Error);
        Assert.Equal("invalid_client", (await app.IntrospectAsync(tokens.AccessToken)).Error);
        Assert.Equal("invalid_client", (await app.RevokeAsync(tokens.RefreshToken)).Error);
        Assert.NotEqual(HttpStatusCode.InternalServerError, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/connect/token");
        preflight.Headers.Add("Origin", "https://spa.example.test");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var allowed = await Issuer.Http.SendAsync(preflight);
        Assert.True(allowed.IsSuccessStatusCode, allowed.StatusCode.ToString());

        await WriteAsync(app.ClientId, column, before);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    /// <summary>RFC 9126 section 7.4: what the registration says when a pushed request is used counts, not when it was pushed.</summary>
    [Fact]
    public async Task A_request_that_was_pushed_before_the_registration_changed_is_judged_by_it()
    {
        var (app, browser) = (Seed.Pinned(Issuer), await SignedInAsync(Seed.Alice));
        foreach (var (column, value, error) in new[]
        {
            (nameof(Client.Properties), "{\"metadata\":{\"require_signed_request_object\":true}}", "invalid_request"),
            (nameof(Client.RedirectUris), "[\"https://elsewhere.example.test/cb\"]", null),
        })
        {
            var request = await app.NewPushedRequestAsync();
            var before = await WriteAsync(app.ClientId, column, value);
            var page = await browser.OpenAsync(request.Address);
            await WriteAsync(app.ClientId, column, before);
            if (error is null) Assert.Null(page.LeftTo);
            else Assert.Equal(error, AuthorizationAnswer.Read(request, page).Error);
        }

        // The time that both changes take is none in which a request ends.
        var good = await app.NewPushedRequestAsync();
        fixture.Time.Advance(ClientDirectory.Lifetime + TimeSpan.FromSeconds(30));
        Assert.NotNull(AuthorizationAnswer.Read(good, await browser.OpenAsync(good.Address)).Code);
    }

    /// <summary>RFC 7662 section 2.2: nothing but the registration stands behind it, on the plain way and on the long one.</summary>
    [Fact]
    public async Task A_token_without_a_person_ends_with_the_right_of_its_client_and_with_the_client()
    {
        var app = new ClientApp(Issuer, "silent-machine", "silent-machine-secret-5rVb8Nq3Xt7Kc2Jd", "");
        var api = new ClientApp(Issuer, "api", "api-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2", "");
        var token = (await app.ClientCredentialsAsync("notes:read")).AccessToken;
        await IsActiveAsync(true);
        var before = await WriteAsync(app.ClientId, nameof(Client.Permissions), "[\"ept:token\"]");
        await IsActiveAsync(false);
        await WriteAsync(app.ClientId, nameof(Client.Permissions), before);
        await IsActiveAsync(true);
        await DeleteAsync(app.ClientId);
        fixture.Time.Advance(ClientDirectory.Lifetime + TimeSpan.FromSeconds(30));
        await IsActiveAsync(false);

        async Task IsActiveAsync(bool expected)
        {
            foreach (var (name, value) in new[] { ("token_type_hint", "access_token"), ("not_known", "x") })
            {
                var answer = await api.IntrospectAsync(token, (name, value));
                Assert.Equal(expected, answer.Json.GetProperty("active").GetBoolean());
            }
        }
    }

    private Task<int> DeleteAsync(string clientId) => fixture.Host.WithDatabaseAsync(db => DeleteAsync(db, clientId));

    private static async Task<int> DeleteAsync(AuthDbContext db, string clientId)
    {
        await db.Tokens.Where(t => t.Application!.ClientId == clientId).ExecuteDeleteAsync();
        await db.Authorizations.Where(a => a.Application!.ClientId == clientId).ExecuteDeleteAsync();
        return await db.Clients.Where(c => c.ClientId == clientId).ExecuteDeleteAsync();
    }

    // As another process does it: this server is not told.
    private Task ReplaceAsync(ClientApp app) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var row = await db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == app.ClientId);
        await DeleteAsync(db, app.ClientId);
        row.Id = Guid.CreateVersion7();
        db.Clients.Add(row);
        return await db.SaveChangesAsync();
    });

    private async Task<string?> WriteAsync(string clientId, string column, string? value)
    {
        var before = await fixture.Host.WithDatabaseAsync(async db =>
        {
            var entry = db.Entry(await db.Clients.SingleAsync(c => c.ClientId == clientId));
            var before = (string?)entry.Property(column).CurrentValue;
            entry.Property(column).CurrentValue = value;
            await db.SaveChangesAsync();
            return before;
        });
        // Longer than the directories of clients and of origins keep what they have read.
        fixture.Time.Advance(ClientDirectory.Lifetime + TimeSpan.FromSeconds(30));
        return before;
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }
}

public sealed class ChangedClientOnSqliteTests(SqliteHost fixture) : ChangedClientTests(fixture), IClassFixture<SqliteHost>;

public sealed class ChangedClientOnPostgresTests(PostgresHost fixture) : ChangedClientTests(fixture), IClassFixture<PostgresHost>;
