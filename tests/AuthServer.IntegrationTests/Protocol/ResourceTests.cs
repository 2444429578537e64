using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Seeding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>
/// RFC 8707: registered resources, with and without scopes, from the authorization request to the API that checks the token.
/// </summary>
public abstract class ResourceTests(HostFixture fixture)
{
    private static readonly (string, string?)[] ForReports = [("resource", Seed.Reports)];

    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task A_resource_without_scopes_is_shown_by_its_name_and_its_token_is_what_that_API_alone_accepts()
    {
        var (app, browser) = (Seed.Reporter(Issuer), await SignedInAsync(Seed.Bob));
        var page = (await browser.OpenAsync(app.NewRequest("openid offline_access", ForReports).Address)).Document.Body!.TextContent;
        Assert.Contains("Act for you at Monthly reports", page, StringComparison.Ordinal);
        Assert.Contains(Seed.Reports, page, StringComparison.Ordinal);
        Assert.DoesNotContain("General ledger", page, StringComparison.Ordinal);

        var answer = await browser.AuthorizeAsync(app, "openid offline_access", ForReports);
        var tokens = await app.RedeemCodeAsync(answer, ForReports);
        Assert.True(await IsAcceptedAsync(tokens.AccessToken, Seed.Reports, SecurityAlgorithms.RsaSha256));
        Assert.False(await IsAcceptedAsync(tokens.AccessToken, Seed.Ledger, SecurityAlgorithms.RsaSha256));
        Assert.False(await IsAcceptedAsync(tokens.AccessToken, Seed.Reports, SecurityAlgorithms.EcdsaSha256));
        tokens = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(await IsAcceptedAsync(tokens.AccessToken, Seed.Reports, SecurityAlgorithms.RsaSha256));
    }

    [Fact]
    public async Task A_scope_of_a_named_resource_is_shown_with_that_name_once_it_is_registered()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Bob));
        var address = app.NewRequest("openid notes:read", [("resource", Seed.Api)]).Address;
        Assert.Contains(Seed.Api, (await browser.OpenAsync(address)).Document.Body!.TextContent, StringComparison.Ordinal);
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        await ChangeAsync(db => db.Resources.Add(
            new() { Id = Guid.CreateVersion7(), Identifier = Seed.Api, DisplayName = "Notebook", CreatedAt = now, UpdatedAt = now }));
        Assert.Contains("Notebook", (await browser.OpenAsync(address)).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>The resource's own algorithm, then the client's, then ES256; on the plain way and on OpenIddict's.</summary>
    [Theory]
    [InlineData("reporter", Seed.Reports, "RS256")]
    [InlineData("reporter", Seed.Ledger, "ES256")]
    [InlineData("reporter", Seed.Nameless, "ES256")]
    [InlineData("pinned", Seed.Ledger, "ES256")]
    [InlineData("pinned", Seed.Nameless, "RS256")]
    [InlineData("pinned", Seed.Api, "RS256")]
    public async Task The_algorithm_is_that_of_the_resource_then_of_the_client_then_the_default(
        string clientId, string resource, string algorithm)
    {
        var app = clientId == "pinned" ? Seed.Pinned(Issuer) : Seed.Reporter(Issuer);
        (string, string?) named = ("resource", resource);
        foreach (var answer in new[]
        {
            await app.ClientCredentialsAsync(null, named), await app.ClientCredentialsAsync(null, named, ("unknown", "1")),
        })
        {
            Assert.True(answer.IsOk, answer.Body);
            var token = new JsonWebToken(answer.AccessToken);
            Assert.Equal((resource, algorithm), (Assert.Single(token.Audiences), token.Alg));
        }
    }

    [Theory]
    [InlineData(Seed.Reports)]
    [InlineData("https://reports.example.test/")]
    [InlineData("https://unregistered.example.test")]
    public async Task A_resource_that_is_not_for_the_client_is_refused_everywhere_with_words_that_do_not_tell_whether_it_exists(
        string resource)
    {
        (string, string?) named = ("resource", resource);
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Carol));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        string?[] answers =
        [
            Refusal(await Seed.Machine(Issuer).ClientCredentialsAsync(null, named)),
            Refusal(await Seed.Machine(Issuer).ClientCredentialsAsync(null, named, ("unknown", "1"))),
            Refusal(await app.RefreshAsync(tokens.RefreshToken, named)),
            Refusal(await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"), named)),
            (await browser.AuthorizeAsync(app, "openid", [named])).Parameters is var p ? $"{p["error"]}: {p["error_description"]}" : null,
        ];
        var text = Assert.Single(answers.Distinct())!;
        Assert.StartsWith("invalid_target: The client may not have tokens for a resource", text, StringComparison.Ordinal);
        Assert.Contains("allowed_resources", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_narrows_to_one_of_the_authorized_resources_and_its_algorithm()
    {
        var (app, browser) = (Seed.Reporter(Issuer), await SignedInAsync(Seed.Carol));
        var answer = await browser.AuthorizeAsync(app, "openid offline_access notes:read", ForReports);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken, ("resource", Seed.Ledger))).Error);

        // Without one in the authorization request, each that the consent page has shown.
        tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access notes:read"));
        Assert.Equal(Issuer.Text, Assert.Single(new JsonWebToken(tokens.AccessToken).Audiences));
        var token = tokens.RefreshToken;
        foreach (var (resource, algorithm) in new[] { (Seed.Ledger, "ES256"), (Seed.Reports, "RS256"), (Seed.Api, "ES256") })
        {
            var next = await app.RefreshAsync(token, ("resource", resource));
            var narrowed = new JsonWebToken(next.AccessToken);
            Assert.Equal((resource, algorithm), (Assert.Single(narrowed.Audiences), narrowed.Alg));
            token = next.RefreshToken;
        }
    }

    /// <summary>A refusal that has used the code or the refresh token up would end the session at the client's next attempt.</summary>
    [Fact]
    public async Task A_refused_resource_uses_neither_the_code_nor_the_refresh_token_up()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Alice));
        var answer = await browser.AuthorizeAsync(app, "openid offline_access");
        Assert.Equal("invalid_target", (await app.RedeemCodeAsync(answer, ForReports)).Error);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken, ForReports)).Error);
        // Longer than the grace in which a rotated token still gets its successor.
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    /// <summary>Without openid nothing says which of two APIs is meant. The client is told to name one, and can.</summary>
    [Fact]
    public async Task Not_naming_one_of_two_resources_uses_neither_the_code_nor_the_refresh_token_up()
    {
        var (app, browser) = (await TwoApisAsync("undecided", "notes:read stock:read"), await SignedInAsync(Seed.Alice));
        var answer = await browser.AuthorizeAsync(app, "notes:read stock:read offline_access");
        (string, string?) named = ("resource", Seed.Api);
        Assert.Equal("invalid_target", (await app.RedeemCodeAsync(answer)).Error);
        Assert.Equal("invalid_target", (await app.RedeemCodeAsync(answer, ("unknown", "1"))).Error);
        var tokens = await app.RedeemCodeAsync(answer, named);
        Assert.True(tokens.IsOk, tokens.Body);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken)).Error);
            // Longer than the grace in which a rotated token still gets its successor.
            fixture.Time.Advance(TimeSpan.FromMinutes(2));
        }

        var next = await app.RefreshAsync(tokens.RefreshToken, named);
        Assert.True(next.IsOk, next.Body);
        Assert.True((await app.RefreshAsync(next.RefreshToken, named)).IsOk);
    }

    /// <summary>A refusal must not prolong the grace: whoever has stolen the former token would keep it alive.</summary>
    [Fact]
    public async Task A_refused_refresh_prolongs_the_grace_of_no_token_that_was_answered()
    {
        var (app, browser) = (await TwoApisAsync("graced", "notes:read stock:read"), await SignedInAsync(Seed.Alice));
        (string, string?) named = ("resource", Seed.Api);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "notes:read stock:read offline_access"), named);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken, named)).IsOk);
        Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken, named)).Error);
    }

    [Fact]
    public async Task A_resource_that_the_registration_has_lost_ends_no_session_when_it_comes_back()
    {
        var (app, browser) = (await TwoApisAsync("losing", "notes:read stock:read"), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(
            await browser.AuthorizeAsync(app, "stock:read offline_access", [("resource", "https://stock.example.test")]));
        await PermitAsync("scp:stock:read", "scp:none");
        Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        fixture.Time.Advance(TimeSpan.FromHours(1));
        await PermitAsync("scp:none", "scp:stock:read");
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);

        Task PermitAsync(string from, string to) => ChangeAsync(db =>
        {
            var row = db.Clients.Single(c => c.ClientId == app.ClientId);
            Assert.Contains($"\"{from}\"", row.Permissions, StringComparison.Ordinal);
            row.Permissions = row.Permissions!.Replace($"\"{from}\"", $"\"{to}\"", StringComparison.Ordinal);
        });
    }

    /// <summary>Before there is a session, only the person's roles tell which scopes are left.</summary>
    [Fact]
    public async Task Whether_there_are_two_resources_may_depend_on_the_person()
    {
        var app = await TwoApisAsync("staff", "notes:read users:read");
        const string Scope = "notes:read users:read";
        var tokens = await app.RedeemCodeAsync(await (await SignedInAsync(Seed.Alice)).AuthorizeAsync(app, Scope));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal([Seed.Api], new JsonWebToken(tokens.AccessToken).Audiences);
        var answer = await (await SignedInAsync(Seed.Carol)).AuthorizeAsync(app, Scope);
        Assert.Equal("invalid_target", (await app.RedeemCodeAsync(answer)).Error);
        tokens = await app.RedeemCodeAsync(answer, ("resource", Issuer.Text + "/v1"));
        Assert.True(tokens.IsOk, tokens.Body);
    }

    [Fact]
    public async Task What_another_process_changes_is_seen_within_ten_seconds()
    {
        var app = Seed.Reporter(Issuer);
        const string Changing = Seed.Nameless;
        Assert.Equal("ES256", await AlgorithmAsync(app, Changing));
        await ChangeAsync(db => db.Resources.Single(r => r.Identifier == Changing).AccessTokenSignedResponseAlg = "RS256");
        Assert.Equal("RS256", await AlgorithmAsync(app, Changing));
        await ChangeAsync(db => db.Resources.Single(r => r.Identifier == Changing).AccessTokenSignedResponseAlg = null);
        Assert.Equal("ES256", await AlgorithmAsync(app, Changing));
    }

    [Fact]
    public async Task A_seed_registers_a_resource_once_and_removes_it_once()
    {
        const string Stock = "https://stock.example.test";
        const string File = $$"""{ "resources": [{ "identifier": "{{Stock}}", "access_token_signed_response_alg": "RS256" }] }""";
        Assert.Equal(new(1, 0, 0), (await SeedAsync(File)).Resources);
        Assert.Equal(new(0, 0, 1), (await SeedAsync(File)).Resources);
        Assert.Equal(
            [$"resource {Stock}"], (await SeedAsync($$"""{ "resources": [{ "identifier": "{{Stock}}", "absent": true }] }""")).Removed);
        Assert.Equal(new(1, 0, 0), (await SeedAsync(File)).Resources);
    }

    /// <summary>A trusted client with scopes of two APIs, and without openid.</summary>
    private async Task<ClientApp> TwoApisAsync(string clientId, string scope)
    {
        var app = new ClientApp(Issuer, clientId, null, $"https://{clientId}.example.test/cb");
        await SeedAsync(
            $$"""
            {
              "scopes": [{ "name": "stock:read", "description": "Read the stock", "resources": ["https://stock.example.test"] }],
              "clients": [{ "client_id": "{{clientId}}", "token_endpoint_auth_method": "none", "redirect_uris": ["{{app.RedirectUri}}"],
                "grant_types": ["authorization_code", "refresh_token"], "scope": "{{scope}} offline_access", "trusted": true }]
            }
            """);
        fixture.Time.Advance(ClientDirectory.Lifetime);
        return app;
    }

    private async Task<SeedOutcome.Applied> SeedAsync(string json)
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        return Assert.IsType<SeedOutcome.Applied>(await scope.ServiceProvider.GetRequiredService<SeedRun>()
            .ApplyAsync(Encoding.UTF8.GetBytes(json), SeedRequest.Usual, default));
    }

    private static async Task<string> AlgorithmAsync(ClientApp app, string resource) =>
        new JsonWebToken((await app.ClientCredentialsAsync(null, ("resource", resource))).AccessToken).Alg;

    private static string Refusal(TokenAnswer answer) => $"{answer.Error}: {answer.Text("error_description")}";

    /// <summary>Checks a token as an API does: signature by the published keys, issuer, type, algorithm and its own audience.</summary>
    private async Task<bool> IsAcceptedAsync(string token, string audience, string algorithm)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            ValidIssuer = Issuer.Text,
            ValidAudience = audience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [algorithm],
            IssuerSigningKeys = JsonWebKeySet.Create(await Issuer.Http.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative)))
                .GetSigningKeys(),
        });
        return result.IsValid;
    }

    /// <summary>As another process does it: this one sees it once its copy is ten seconds old.</summary>
    private async Task ChangeAsync(Action<Data.AuthDbContext> change)
    {
        await fixture.Host.WithDatabaseAsync(db =>
        {
            change(db);
            return db.SaveChangesAsync();
        });
        fixture.Time.Advance(ClientDirectory.Lifetime);
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }
}

public sealed class ResourcesOnSqlite(SqliteHost fixture) : ResourceTests(fixture), IClassFixture<SqliteHost>;

public sealed class ResourcesOnPostgres(PostgresHost fixture) : ResourceTests(fixture), IClassFixture<PostgresHost>;
