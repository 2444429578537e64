using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.IntegrationTests.Conformance;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>What a client keeps that replaces its registration (RFC 7592 section 2.2), and who comes first of two.</summary>
public sealed class ReplacedRegistrationTests(ConformanceHost fixture) : IClassFixture<ConformanceHost>
{
    private const string Callback = "https://own.example/cb";

    // Nobody answers there, so that a notice waits.
    private const string Told = "https://own.example/logout";

    private static readonly JsonArray Grants = new("authorization_code", "refresh_token");

    private Issuer Issuer => fixture.Issuer;

    /// <summary>OpenID Connect Core 8.1: whoever holds a person's access must not learn by which name another sector knows them.</summary>
    [Theory]
    [InlineData("https://victim.example/cb", "pairwise", false)]
    [InlineData(Callback, "public", false)]
    [InlineData("https://own.example/other", "pairwise", true)]
    public async Task Who_comes_to_another_sector_starts_anew(string callback, string subjects, bool goesOn)
    {
        var (_, registered) = await fixture.TryRegisterAsync(
            ("subject_type", "pairwise"), ("redirect_uris", new JsonArray(Callback)), ("grant_types", Grants),
            ("backchannel_logout_uri", Told));
        var (app, browser) = (registered.App(Issuer), await fixture.SignedInAsync());
        var tokens = await browser.SignInAsync(app, "openid offline_access");
        var waiting = await browser.AskAsync(app, "openid offline_access");
        var (status, _) = await ReplaceAsync(
            registered, ("subject_type", subjects), ("redirect_uris", new JsonArray(callback)), ("grant_types", Grants),
            ("backchannel_logout_uri", Told));
        Assert.Equal(HttpStatusCode.OK, status);
        // A logout token has the sid, which the client knows, and not the name that the other sector has for its person.
        var people = await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.Where(n => n.ClientId == registered.ClientId)
            .Select(n => n.UserId).ToListAsync());
        Assert.Equal(goesOn ? [] : new Guid?[] { null }, people);

        Assert.Equal(goesOn ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        var refreshed = await app.RefreshAsync(tokens.RefreshToken);
        if (goesOn) Assert.Equal(tokens.IdToken.Subject, refreshed.IdToken.Subject);
        else Assert.Equal("invalid_grant", refreshed.Error);
        Assert.Equal(goesOn, (await app.RedeemAsync(waiting)).IsOk);
    }

    /// <summary>Sessions/UnusedClientJob.cs writes the same text, and ends nobody's token by it.</summary>
    [Fact]
    public async Task A_use_that_is_noted_meanwhile_ends_no_token_and_stays_noted()
    {
        var (registered, sector) = await SectoredAsync("/noted.json");
        fixture.WhileAsked = () => NoteUseAsync(registered.ClientId);
        var (status, answer) = await ReplaceAsync(registered, [.. sector, ("client_name", "New")]);
        Assert.Equal((HttpStatusCode.OK, "New"), (status, answer.GetProperty("client_name").GetString()));
        var properties = await PropertiesAsync(registered.ClientId);
        Assert.NotNull(RegistrationState.Read(properties)!.UsedAt);
        Assert.True(RegistrationState.Read(properties)!.IsOf(answer.GetProperty("registration_access_token").GetString()!));
    }

    [Fact]
    public async Task A_token_that_was_used_meanwhile_has_ended()
    {
        var (registered, sector) = await SectoredAsync("/used.json");
        fixture.WhileAsked = async () =>
        {
            var (first, _) = await ReplaceAsync(registered, ("redirect_uris", new JsonArray(Callback)), ("client_name", "First"));
            Assert.Equal(HttpStatusCode.OK, first);
        };
        Assert.Equal(HttpStatusCode.Unauthorized, (await ReplaceAsync(registered, [.. sector, ("client_name", "Second")])).Status);
        Assert.Contains("First", await PropertiesAsync(registered.ClientId), StringComparison.Ordinal);
    }

    private async Task<(Registration Registered, (string Name, JsonNode? Value)[] Members)> SectoredAsync(string path)
    {
        fixture.Published[path] = new JsonArray(Callback).ToJsonString();
        (string Name, JsonNode? Value)[] members =
        [
            ("subject_type", "pairwise"), ("sector_identifier_uri", fixture.SuiteAddress(path)), ("redirect_uris", new JsonArray(Callback)),
        ];
        return ((await fixture.TryRegisterAsync(members)).Answer, members);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> ReplaceAsync(
        Registration registered, params (string Name, JsonNode? Value)[] members)
    {
        var body = new JsonObject { ["client_id"] = registered.ClientId };
        foreach (var (name, value) in members) body[name] = value?.DeepClone();
        var (status, answer, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, body.ToJsonString(), registered.Token);
        return (status, answer);
    }

    private Task NoteUseAsync(string clientId) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var row = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        var metadata = JsonNode.Parse(ClientColumns.ReadMetadata(row.Properties).GetRawText())!.AsObject();
        row.Properties = (RegistrationState.Read(row.Properties)! with { UsedAt = fixture.Time.GetUtcNow().UtcDateTime }).Write(metadata);
        return await db.SaveChangesAsync();
    });

    private Task<string> PropertiesAsync(string clientId) => fixture.Host.WithDatabaseAsync(
        async db => (await db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == clientId)).Properties!);
}
