using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Devices;
using AuthServer.Outbound;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>draft-ietf-oauth-client-id-metadata-document: what an app can do that describes itself in a document.</summary>
public abstract class ClientDocumentTests(DocumentHost fixture)
{
    private Publisher Publisher => fixture.Publisher;

    [Fact]
    public async Task A_person_signs_in_with_an_app_that_describes_itself_and_learns_who_publishes_it()
    {
        var id = Publisher.Publish("/first.json", document =>
        {
            document["logo_uri"] = "https://app.publisher.test/logo.png";
            document["client_uri"] = "https://bank.example/";
            document["trusted"] = true;
        });
        var (app, browser) = (fixture.App(id), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Bob);
        var page = await browser.OpenAsync(app.NewRequest("openid offline_access").Address);
        var text = page.Document.Body!.TextContent;
        Assert.Contains("app.publisher.test publishes the description of this app", text, StringComparison.Ordinal);
        Assert.Contains("Notebook", text, StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Continue only if you have just started it yourself", text, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector(".tile img"));
        // Nobody has allowed anything yet.
        Assert.Equal(0, await fixture.CountRowsAsync(id));

        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal(1, await fixture.CountRowsAsync(id));
        var refreshed = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(refreshed.IsOk, refreshed.Body);
        Assert.True((await app.UserInfoAsync(refreshed.AccessToken)).IsOk);
        Assert.True((await app.RevokeAsync(refreshed.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(refreshed.RefreshToken)).Error);
        Assert.Equal(1, Publisher.RequestsFor("/first.json"));
    }

    [Fact]
    public async Task It_pushes_its_request_and_nothing_is_written_of_it_before_a_person_answers()
    {
        var id = Publisher.Publish("/pushed.json");
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var request = await app.NewPushedRequestAsync("openid");
        Assert.Equal(0, await fixture.CountRowsAsync(id));
        var page = await browser.OpenAsync(request.Address);
        var denied = await browser.SubmitAsync(page, "/consent", ("decision", "deny"));
        Assert.Null(denied.LeftTo);
        var back = denied.Document.QuerySelector("a.button")!;
        Assert.Equal("Back to app.publisher.test", back.TextContent);
        Assert.StartsWith(
            "https://app.publisher.test/cb?error=access_denied&", back.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(0, await fixture.CountRowsAsync(id));
        request = await app.NewPushedRequestAsync("openid");
        page = await browser.SubmitAsync(await browser.OpenAsync(request.Address), "/consent", ("decision", "allow"));
        Assert.True((await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, page))).IsOk);
        Assert.Equal(1, await fixture.CountRowsAsync(id));
    }

    [Fact]
    public async Task Of_people_who_allow_it_at_the_same_moment_each_gets_a_code_and_there_is_one_row()
    {
        var id = Publisher.Publish("/race.json");
        var app = fixture.App(id);
        var people = await Task.WhenAll(new[] { Seed.Alice, Seed.Bob, Seed.Carol }.Select(async person =>
        {
            var (browser, request) = (await fixture.SignedInAsync(person), app.NewRequest("openid"));
            return (browser, request, page: await browser.OpenAsync(request.Address));
        }));
        var answers = await Task.WhenAll(people.Select(async p => AuthorizationAnswer.Read(
            p.request, await p.browser.SubmitAsync(p.page, "/consent", ("decision", "allow")))));
        Assert.Equal(1, await fixture.CountRowsAsync(id));
        foreach (var answer in answers) Assert.True((await app.RedeemCodeAsync(answer)).IsOk, answer.Error);
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.CountAsync(e => e.ClientId == id && e.Kind == AuditKinds.ClientCreated)));
    }

    [Fact]
    public async Task It_has_the_scopes_of_clients_that_register_themselves_and_no_grant_without_a_person()
    {
        var id = Publisher.Publish("/scopes.json", document =>
        {
            document["scope"] = "openid notes:read notes:write users:read account:write";
            document["grant_types"] = new JsonArray("authorization_code", "client_credentials", "password", "urn:example:other");
        });
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid notes:read"));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("invalid_scope", (await browser.AuthorizeAsync(app, "notes:write")).Error);
        Assert.Equal("unauthorized_client", (await app.ClientCredentialsAsync("notes:read")).Error);
        Assert.NotNull((await app.IntrospectAsync("x")).Error);
    }

    [Fact]
    public async Task A_host_that_looks_like_another_is_shown_as_it_is_asked()
    {
        var path = "/homograph.json";
        var id = Publisher.AddressOf(path, Publisher.Homograph);
        Publisher.Publish(path, document => document["client_id"] = id);
        var page = await (await fixture.SignedInAsync(Seed.Bob)).OpenAsync(fixture.App(id).NewRequest("openid").Address);
        Assert.Contains(Publisher.Homograph + " publishes", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_on_the_machine_takes_any_port_and_is_warned_of_each_time()
    {
        var id = Publisher.Publish("/local.json", document => document["redirect_uris"] = new JsonArray("http://127.0.0.1/cb"));
        var (app, browser) = (fixture.App(id, "http://127.0.0.1:49152/cb"), await fixture.SignedInAsync(Seed.Bob));
        for (var i = 0; i < 2; i++)
        {
            var request = app.NewRequest("openid");
            var page = await browser.OpenAsync(request.Address);
            Assert.Contains("any program there could call itself Notebook", page.Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Contains("you go back to 127.0.0.1", page.Document.Body!.TextContent, StringComparison.Ordinal);
            var answer = AuthorizationAnswer.Read(request, await browser.SubmitAsync(page, "/consent", ("decision", "allow")));
            Assert.True((await app.RedeemCodeAsync(answer)).IsOk);
        }

        Assert.NotNull((await browser.AuthorizeAsync(app, "openid", [("prompt", "none")])).Error);
        Assert.Null((await browser.OpenAsync(fixture.App(id, "http://localhost:49152/cb").NewRequest("openid").Address)).LeftTo);
        Assert.Null((await browser.OpenAsync(fixture.App(id, "http://127.0.0.1:49152/cb/").NewRequest("openid").Address)).LeftTo);
    }

    [Fact]
    public async Task A_device_asks_before_anybody_has_used_the_app_and_its_page_names_the_publisher()
    {
        var id = Publisher.Publish("/device.json", document =>
        {
            document["redirect_uris"] = new JsonArray("http://127.0.0.1/cb");
            document["grant_types"] = new JsonArray("authorization_code", "urn:ietf:params:oauth:grant-type:device_code");
        });
        var (app, browser) = (fixture.App(id, "http://127.0.0.1/cb"), await fixture.SignedInAsync(Seed.Bob));
        await app.AskForDeviceAsync();
        var asked = await app.AskForDeviceAsync();
        Assert.Contains("\"asked_at\"", await PropertiesAsync(id), StringComparison.Ordinal);
        var page = await browser.TypeCodeAsync(asked.UserCode());
        Assert.Contains("app.publisher.test publishes", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("any program there could call itself Notebook", page.Document.Body!.TextContent, StringComparison.Ordinal);
        await browser.SubmitAsync(page, "/device/decision", ("decision", "allow"));
        var answer = await app.PollDeviceAsync(asked.DeviceCode());
        Assert.True(answer.IsOk, answer.Body);
        // A row as of every app that somebody has allowed something.
        var kept = await PropertiesAsync(id);
        Assert.Contains("\"kept_at\"", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("\"asked_at\"", kept, StringComparison.Ordinal);
    }

    /// <summary>Anybody names documents: what is stored for the request of a device is no client yet, and does not last.</summary>
    [Fact]
    public async Task What_a_device_has_asked_with_and_nobody_has_allowed_opens_nothing_and_goes_with_the_request()
    {
        var id = Publisher.Publish("/asked.json", document =>
        {
            document["redirect_uris"] = new JsonArray("https://asked.publisher.test/cb");
            document["grant_types"] = new JsonArray("authorization_code", "urn:ietf:params:oauth:grant-type:device_code");
        });
        var app = fixture.App(id, "https://asked.publisher.test/cb");
        Assert.True((await app.AskForDeviceAsync()).IsOk);
        Assert.Equal(1, await fixture.CountRowsAsync(id));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Add("Origin", "https://asked.publisher.test");
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        // A person is asked as ever, and the document of today counts.
        Publisher.PublishText("/asked.json", "{}");
        fixture.LetDocumentsExpire();
        Assert.Equal("invalid_client", (await app.AskForDeviceAsync()).Error);
        await RunAsync();
        Assert.Equal(1, await fixture.CountRowsAsync(id));
        await fixture.Host.WithDatabaseAsync(db => db.PendingAuthorizations.Where(p => p.ExpiresAt < fixture.Time.GetUtcNow().UtcDateTime)
            .ExecuteDeleteAsync());
        await RunAsync();
        Assert.Equal(0, await fixture.CountRowsAsync(id));

        async Task RunAsync()
        {
            await using var scope = fixture.Host.Services.CreateAsyncScope();
            await ActivatorUtilities.CreateInstance<UnusedClientJob>(scope.ServiceProvider).RunAsync(default);
        }
    }

    [Fact]
    public async Task Only_a_known_one_is_told_apart_at_the_token_endpoint_and_failures_are_not_fetched_again_at_once()
    {
        var app = fixture.App(Publisher.AddressOf("/nothing.json"));
        for (var i = 0; i < 5; i++) Assert.Equal("invalid_client", (await app.RefreshAsync("x")).Error);
        Assert.Equal(1, Publisher.RequestsFor("/nothing.json"));
        Assert.Equal("invalid_client", (await fixture.App("https://").RefreshAsync("x")).Error);
    }

    /// <summary>OpenID Connect RP-Initiated, Back-Channel and Front-Channel Logout 1.0.</summary>
    [Fact]
    public async Task A_sign_out_with_it_goes_back_to_it_and_tells_it_in_both_channels()
    {
        const string back = "https://app.publisher.test/out";
        var told = Publisher.TakeLogouts("/told");
        var id = Publisher.Publish("/leaving.json", document =>
        {
            document["post_logout_redirect_uris"] = new JsonArray(back);
            document["backchannel_logout_uri"] = Publisher.AddressOf("/told");
            document["frontchannel_logout_uri"] = "https://app.publisher.test/front";
        });
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        var page = await fixture.SignOutAsync(browser, tokens, back);
        Assert.Equal(back, page.LeftTo?.AbsoluteUri);
        Assert.StartsWith(
            "https://app.publisher.test/front?", page.Document.QuerySelector("iframe")?.GetAttribute("src"), StringComparison.Ordinal);
        await fixture.UntilAsync("it is told", () => Task.FromResult(!told.IsEmpty));
        var token = new JsonWebToken(Assert.Single(told));
        Assert.Equal(
            (id, tokens.IdToken.Subject, tokens.IdToken.GetPayloadValue<string>("sid")),
            (Assert.Single(token.Audiences), token.Subject, token.GetPayloadValue<string>("sid")));
        // Elsewhere nobody is sent.
        (browser, var other) = (await fixture.SignedInAsync(Seed.Bob), "https://app.publisher.test/other");
        tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        Assert.NotEqual(other, (await fixture.SignOutAsync(browser, tokens, other)).LeftTo?.AbsoluteUri);
    }

    /// <summary>Anybody publishes a document, and the operator has let in others than them.</summary>
    [Fact]
    public async Task No_host_inside_is_told_of_a_sign_out_on_account_of_a_document()
    {
        var inside = new Uri(Publisher.AddressOf("/inside", Publisher.Inside));
        var told = Publisher.TakeLogouts("/inside");
        var id = Publisher.Publish("/intruder.json", document => document["backchannel_logout_uri"] = inside.AbsoluteUri);
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        await fixture.SignOutAsync(browser, tokens, "");
        var fault = await fixture.FaultOfNoticeAsync(Guid.Parse(tokens.IdToken.GetPayloadValue<string>("sid")));
        Assert.Contains("not public", fault, StringComparison.Ordinal);
        // Nor where the document, and with it the client, is none that this server takes any more.
        var notice = new LogoutNotice
        {
            Id = Guid.CreateVersion7(), ClientId = "https://app.evil.test/client.json", SessionId = Guid.CreateVersion7(),
            LogoutUri = inside.AbsoluteUri, SigningAlg = "RS256", NextAttemptAt = fixture.Host.Now.UtcDateTime,
            CreatedAt = fixture.Host.Now.UtcDateTime, ExpiresAt = fixture.Host.Now.UtcDateTime.AddDays(1),
        };
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.LogoutNotices.Add(notice);
            return db.SaveChangesAsync();
        });
        Assert.Contains("not public", await fixture.FaultOfNoticeAsync(notice.SessionId), StringComparison.Ordinal);
        Assert.Empty(told);
        // Somebody whom the operator has registered would be.
        using var form = new FormUrlEncodedContent([new("logout_token", "x")]);
        Assert.IsType<OutboundAnswer.Answered>(await fixture.Host.Services.GetRequiredService<SafeHttp>().SendAsync(
            new(inside) { Method = HttpMethod.Post, Content = form }, TestContext.Current.CancellationToken));
        Assert.Single(told);
    }

    [Fact]
    public async Task Discovery_says_that_documents_are_taken()
    {
        var discovery = await fixture.Issuer.DiscoverAsync();
        Assert.True(discovery.GetProperty("client_id_metadata_document_supported").GetBoolean());
    }

    [Fact]
    public async Task The_address_may_be_long()
    {
        var id = Publisher.Publish("/long.json".PadLeft(100 - Publisher.AddressOf("").Length - 1, 'l').Insert(0, "/"));
        Assert.Equal(100, id.Length);
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    private Task<string?> PropertiesAsync(string id) => fixture.Host.WithDatabaseAsync(
        db => db.Clients.Where(c => c.ClientId == id).Select(c => c.Properties).SingleAsync());
}

public sealed class ClientDocumentsOnSqlite(DocumentsOnSqlite fixture) : ClientDocumentTests(fixture), IClassFixture<DocumentsOnSqlite>;

public sealed class ClientDocumentsOnPostgres(DocumentsOnPostgres fixture)
    : ClientDocumentTests(fixture), IClassFixture<DocumentsOnPostgres>;
