using System.Net;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Devices;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>draft-ietf-oauth-client-id-metadata-document section 8.4: an app when its document changes, or is gone.</summary>
public abstract class ChangedDocumentTests(DocumentHost fixture)
{
    private static readonly string[] Addresses =
        ["client_uri", "logo_uri", "policy_uri", "tos_uri", "initiate_login_uri", "frontchannel_logout_uri"];

    private Publisher Publisher => fixture.Publisher;

    [Fact]
    public async Task A_change_counts_from_the_next_fetch_on_and_the_row_follows_it()
    {
        var id = Publisher.Publish("/changed.json", cacheControl: "max-age=120");
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Publisher.Publish("/changed.json", document =>
        {
            document["redirect_uris"] = new JsonArray("https://app.publisher.test/other");
            document["client_name"] = "Notepad";
        });
        Assert.Null((await browser.AuthorizeAsync(app)).Error);
        fixture.Time.Advance(TimeSpan.FromSeconds(121));
        var page = await browser.OpenAsync(app.NewRequest("openid").Address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        Assert.Null((await browser.AuthorizeAsync(fixture.App(id, "https://app.publisher.test/other"))).Error);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal("Notepad", await fixture.Host.WithDatabaseAsync(
            db => db.Clients.Where(c => c.ClientId == id).Select(c => c.DisplayName).SingleAsync()));
    }

    [Fact]
    public async Task When_it_is_gone_nobody_begins_and_what_was_allowed_stands()
    {
        var id = Publisher.Publish("/gone.json");
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Publisher.Withdraw("/gone.json");
        fixture.LetDocumentsExpire();
        var page = await browser.OpenAsync(app.NewRequest("openid").Address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        Assert.Equal("unauthorized_client", (await app.PushAsync(app.NewRequest("openid"))).Error);
        Assert.Equal("unauthorized_client", (await app.AskForDeviceAsync()).Error);
        var refreshed = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(refreshed.IsOk, refreshed.Body);
        Assert.Contains("Notebook", (await browser.OpenAsync("/account/apps")).Body, StringComparison.Ordinal);
        // An invalid one is none either.
        Publisher.Publish("/gone.json", document => document["client_secret"] = "0123456789abcdef0123456789abcdef");
        fixture.LetDocumentsExpire();
        Assert.Equal("unauthorized_client", (await app.PushAsync(app.NewRequest("openid"))).Error);
        Assert.True((await app.RevokeAsync(refreshed.RefreshToken)).IsOk);
        Publisher.Publish("/gone.json");
        fixture.LetDocumentsExpire();
        Assert.True((await app.PushAsync(app.NewRequest("openid"))).Status == HttpStatusCode.Created);
    }

    /// <summary>Whoever has the domain by now is perhaps somebody else.</summary>
    [Fact]
    public async Task The_addresses_of_one_that_is_gone_lead_nobody_anywhere()
    {
        const string site = "https://app.publisher.test/";
        var told = Publisher.TakeLogouts("/gone-told");
        void Publish() => Publisher.Publish("/addresses.json", document =>
        {
            foreach (var member in Addresses) document[member] = site + member;
            document["post_logout_redirect_uris"] = new JsonArray(site + "out");
            document["backchannel_logout_uri"] = Publisher.AddressOf("/gone-told");
        });
        Publish();
        var (app, browser) = (fixture.App(Publisher.AddressOf("/addresses.json")), await fixture.SignedInAsync(Seed.Bob));
        var consent = await browser.OpenAsync(app.NewRequest("openid").Address);
        foreach (var member in new[] { "policy_uri", "tos_uri" }) Assert.Contains(site + member, consent.Body, StringComparison.Ordinal);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        Assert.Contains(site + "initiate_login_uri", (await browser.OpenAsync("/account/apps")).Body, StringComparison.Ordinal);

        Publisher.Withdraw("/addresses.json");
        fixture.LetDocumentsExpire();
        foreach (var page in new[]
        {
            await browser.OpenAsync("/account/apps"),
            await browser.OpenAsync(app.NewRequest("openid").Address),
            // A form that was open all the while.
            await browser.SubmitAsync(consent, "/consent", ("decision", "allow")),
            await fixture.SignOutAsync(browser, tokens, site + "out"),
        })
        {
            Assert.Null(page.LeftTo);
            var addresses = page.Document.QuerySelectorAll("[href], [src], [action]")
                .SelectMany(e => new[] { e.GetAttribute("href"), e.GetAttribute("src"), e.GetAttribute("action") });
            Assert.DoesNotContain(addresses, address => address?.StartsWith(site, StringComparison.Ordinal) == true);
        }

        var sid = Guid.Parse(tokens.IdToken.GetPayloadValue<string>("sid"));
        Assert.Contains("document", await fixture.FaultOfNoticeAsync(sid), StringComparison.Ordinal);
        Assert.Empty(told);
        // It is back within the day: it learns of it.
        Publish();
        fixture.LetDocumentsExpire();
        await fixture.UntilAsync("it is told", () => Task.FromResult(!told.IsEmpty), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task My_account_shows_it_with_its_publisher_and_cuts_it_off_and_it_is_forgotten_when_nobody_uses_it()
    {
        var id = Publisher.Publish("/account.json");
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        await RunJobAsync();
        Assert.Equal(1, await fixture.CountRowsAsync(id));
        var apps = await browser.OpenAsync("/account/apps");
        Assert.Contains("app.publisher.test", apps.Document.Body!.TextContent, StringComparison.Ordinal);
        await browser.SubmitAsync(apps, "/account/apps/withdraw", ("client", id));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            await db.Tokens.Where(t => t.Application!.ClientId == id).ExecuteDeleteAsync();
            return await db.Authorizations.Where(a => a.Application!.ClientId == id).ExecuteDeleteAsync();
        });
        fixture.Time.Advance(TimeSpan.FromDays(31));
        await RunJobAsync();
        Assert.Equal(0, await fixture.CountRowsAsync(id));
    }

    [Fact]
    public async Task It_proves_itself_with_a_key_of_its_document_and_a_key_that_was_taken_away_proves_nothing()
    {
        var (key, next) = (ClientSigner.Ec("k1"), ClientSigner.Ec("k2"));
        void Publish(ClientSigner signer) => Publisher.Publish("/keys.json", document =>
        {
            document["token_endpoint_auth_method"] = "private_key_jwt";
            document["jwks"] = new JsonObject { ["keys"] = new JsonArray(signer.Jwk.DeepClone()) };
        });
        Publish(key);
        var id = Publisher.AddressOf("/keys.json");
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        Assert.Equal("invalid_client", (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).Error);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"), Proof(key, id));
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("invalid_client", (await app.RefreshAsync(tokens.RefreshToken, Proof(next, id))).Error);
        Publish(next);
        fixture.LetDocumentsExpire();
        Assert.Equal("invalid_client", (await app.RefreshAsync(tokens.RefreshToken, Proof(key, id))).Error);
        var refreshed = await app.RefreshAsync(tokens.RefreshToken, Proof(next, id));
        Assert.True(refreshed.IsOk, refreshed.Body);
        // The row says what the document said last, so the former key stays away also when the document does.
        Publisher.Withdraw("/keys.json");
        fixture.LetDocumentsExpire();
        Assert.Equal("invalid_client", (await app.RefreshAsync(refreshed.RefreshToken, Proof(key, id))).Error);
        Assert.True((await app.RefreshAsync(refreshed.RefreshToken, Proof(next, id))).IsOk);
    }

    [Fact]
    public async Task Where_every_place_is_in_use_the_person_is_told_so_and_an_unused_one_makes_room()
    {
        await ForgetAllAsync();
        var options = fixture.Host.Services.GetRequiredService<ClientDocumentOptions>();
        var (usual, first, second) = (options.Most, Publisher.Publish("/place.json"), Publisher.Publish("/no-place.json"));
        var browser = await fixture.SignedInAsync(Seed.Bob);
        try
        {
            options.Most = 1;
            Assert.Null((await browser.AuthorizeAsync(fixture.App(first))).Error);
            // The code may still become a session. Nobody is sent to an app that they do not know.
            var page = await browser.OpenAsync(fixture.App(second).NewRequest("openid").Address);
            page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
            Assert.True(page.LeftTo is null && page.Body.Contains("temporarily_unavailable", StringComparison.Ordinal), page.ToString());
            Assert.Equal((1, 0), (await fixture.CountRowsAsync(first), await fixture.CountRowsAsync(second)));
            // For whom it is kept, nothing has changed.
            Assert.Null((await browser.AuthorizeAsync(fixture.App(first))).Error);
            await fixture.Host.WithDatabaseAsync(db => db.Tokens.ExecuteDeleteAsync());
            Assert.Null((await browser.AuthorizeAsync(fixture.App(second))).Error);
            Assert.Equal((0, 1), (await fixture.CountRowsAsync(first), await fixture.CountRowsAsync(second)));
        }
        finally
        {
            options.Most = usual;
        }
    }

    [Fact]
    public async Task Who_names_too_many_unknown_addresses_is_stopped_and_others_are_not()
    {
        fixture.LetDocumentsExpire();
        var (app, known) = (fixture.App(Publisher.Publish("/known.json")), await fixture.SignedInAsync(Seed.Bob));
        Assert.Null((await known.AuthorizeAsync(app)).Error);
        var before = fixture.LookedUp.Count;
        for (var i = 0; i < 30; i++)
        {
            var unknown = fixture.App($"https://n{i}.publisher.test/c");
            Assert.Equal("invalid_client", (await unknown.PushAsync(unknown.NewRequest("openid"))).Error);
        }

        Assert.InRange(fixture.LookedUp.Count - before, 1, StrangersFetches.MostOfAsker);
        Assert.Null((await known.AuthorizeAsync(app)).Error);
        var elsewhere = new Issuer(fixture.Issuer.Address, fixture.Issuer.Connect);
        elsewhere.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8::1");
        var another = new ClientApp(elsewhere, Publisher.Publish("/another.json"), null, "https://app.publisher.test/cb");
        Assert.Equal(HttpStatusCode.Created, (await another.PushAsync(another.NewRequest("openid"))).Status);
        fixture.LetDocumentsExpire();
    }

    [Fact]
    public async Task A_document_is_a_sector_of_its_own_also_when_it_is_gone()
    {
        var registered = Seed.Pairwise(fixture.Issuer);
        string[] paths = ["/sector-one.json", "/sector-two.json"];
        List<ClientApp> apps = [registered, .. paths.Select(Publish).Select(id => fixture.App(id, registered.RedirectUri))];
        var (browser, tokens) = (await fixture.SignedInAsync(Seed.Alice), new List<TokenAnswer>());
        foreach (var app in apps)
        {
            tokens.Add(await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access")));
            Assert.Equal(43, tokens[^1].IdToken.Subject.Length);
        }

        Assert.Equal(3, tokens.Select(answer => answer.IdToken.Subject).Distinct().Count());
        foreach (var path in paths) Publisher.Withdraw(path);
        fixture.LetDocumentsExpire();
        for (var i = 1; i < apps.Count; i++)
        {
            var refreshed = await apps[i].RefreshAsync(tokens[i].RefreshToken);
            Assert.Equal(tokens[i].IdToken.Subject, refreshed.IdToken.Subject);
        }

        string Publish(string path) => Publisher.Publish(path, document =>
        {
            document["redirect_uris"] = new JsonArray(registered.RedirectUri);
            (document["subject_type"], document["sector_identifier_uri"]) = ("pairwise", "https://sector.example.test/sector.json");
        });
    }

    [Fact]
    public async Task A_client_that_is_registered_under_an_address_is_what_the_operator_says()
    {
        var id = Publisher.Publish("/registered.json", document => document["client_name"] = "Impostor");
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Clients.Add(new()
            {
                Id = Guid.CreateVersion7(), ClientId = id, ClientType = "public", ConsentType = "explicit", DisplayName = "Registered",
                ApplicationType = "web", RedirectUris = """["https://registered.example/cb"]""", Requirements = """["ft:pkce"]""",
                Permissions = """["ept:token","ept:authorization","gt:authorization_code","rst:code","scp:openid"]""",
                Properties = """{"metadata":{"token_endpoint_auth_method":"none"}}""", ConcurrencyToken = "x",
            });
            return db.SaveChangesAsync();
        });
        var browser = await fixture.SignedInAsync(Seed.Bob);
        var page = await browser.OpenAsync(fixture.App(id, "https://registered.example/cb").NewRequest("openid").Address);
        Assert.True(page.HasForm("/consent"), page.ToString());
        Assert.Contains("Registered", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("publishes", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null((await browser.OpenAsync(fixture.App(id).NewRequest("openid").Address)).LeftTo);
        Assert.Equal(0, Publisher.RequestsFor("/registered.json"));
    }

    private (string Name, string? Value)[] Proof(ClientSigner signer, string clientId) =>
    [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", signer.Assertion(fixture.Issuer.Text, clientId, "ES256", now: fixture.Host.Now)),
    ];

    private async Task ForgetAllAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var ids = await fixture.Host.WithDatabaseAsync(
            db => db.Clients.Where(c => c.ClientId!.StartsWith("https://")).Select(c => c.ClientId!).ToListAsync());
        var directory = scope.ServiceProvider.GetRequiredService<ClientDirectory>();
        foreach (var id in ids)
        {
            await scope.ServiceProvider.GetRequiredService<ClientDeletion>().DeleteAsync(id, "test", default);
            directory.Forget(id);
        }
    }

    private async Task RunJobAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<UnusedClientJob>(scope.ServiceProvider).RunAsync(default);
    }
}

public sealed class ChangedDocumentsOnSqlite(DocumentsOnSqlite fixture) : ChangedDocumentTests(fixture), IClassFixture<DocumentsOnSqlite>;

public sealed class ChangedDocumentsOnPostgres(DocumentsOnPostgres fixture)
    : ChangedDocumentTests(fixture), IClassFixture<DocumentsOnPostgres>;
