using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Registration;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Devices;
using AuthServer.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>What becomes of clients that nobody has let in, where there is no room, or where nobody stands for them any more.</summary>
public sealed class MakingRoomTests(DocumentsOnPostgres fixture) : IClassFixture<DocumentsOnPostgres>
{
    private Publisher Publisher => fixture.Publisher;

    private ClientDocumentOptions Options => fixture.Host.Services.GetRequiredService<ClientDocumentOptions>();

    [Fact]
    public async Task Where_there_is_no_room_a_device_and_its_person_are_told_so()
    {
        var (usual, browser) = (Options.Most, await fixture.SignedInAsync(Seed.Bob));
        var id = Publisher.Publish("/late-device.json", document =>
            document["grant_types"] = new JsonArray("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"));
        await ForgetAllAsync();
        try
        {
            Options.Most = 1;
            Assert.Null((await browser.AuthorizeAsync(fixture.App(Publisher.Publish("/first.json")))).Error);
            var app = fixture.App(id);
            var asked = await app.AskForDeviceAsync();
            var page = await browser.SubmitAsync(await browser.TypeCodeAsync(asked.UserCode()), "/device/decision", ("decision", "allow"));
            Assert.Contains("too many other apps", page.Document.Body!.TextContent, StringComparison.Ordinal);
            var answer = await app.PollDeviceAsync(asked.DeviceCode());
            Assert.Equal(("temporarily_unavailable", false), (answer.Error, answer.IsOk));
            // It has ended: the code is nothing to answer any more.
            page = await browser.TypeCodeAsync(asked.UserCode());
            Assert.False(page.HasForm("/device/decision"));
            await fixture.Host.WithDatabaseAsync(db => db.Tokens.ExecuteDeleteAsync());
            asked = await app.AskForDeviceAsync();
            await browser.SubmitAsync(await browser.TypeCodeAsync(asked.UserCode()), "/device/decision", ("decision", "allow"));
            Assert.True((await app.PollDeviceAsync(asked.DeviceCode())).IsOk);
        }
        finally
        {
            Options.Most = usual;
        }
    }

    [Fact]
    public async Task The_registration_makes_room_whose_use_is_longest_ago()
    {
        var now = fixture.Host.Now.UtcDateTime;
        await fixture.Host.WithDatabaseAsync(db =>
        {
            foreach (var (name, days) in new[] { ("used-3", 3), ("used-5", 5), ("used-4", 4) })
            {
                db.Clients.Add(new Client
                {
                    Id = Guid.CreateVersion7(), ClientId = name, ClientType = "public", ConsentType = "explicit",
                    Properties = new RegistrationState("x", now.AddDays(-9), RegistrationState.Open) { UsedAt = now.AddDays(-days) }
                        .Write(new JsonObject { ["client_name"] = name }),
                });
            }

            return db.SaveChangesAsync();
        });
        foreach (var gone in new[] { "used-5", "used-4", "used-3" })
        {
            Assert.Equal(1, await fixture.CountRowsAsync(gone));
            await using var scope = fixture.Host.Services.CreateAsyncScope();
            var room = ActivatorUtilities.CreateInstance<RoomForClients>(
                scope.ServiceProvider, new ClientRegistrationOptions { Most = 1 });
            Assert.True(await room.ForRegistrationAsync(TestContext.Current.CancellationToken));
            Assert.Equal(0, await fixture.CountRowsAsync(gone));
        }
    }

    /// <summary>A code is being written when its client is chosen to go: whoever deletes it waits for that, and asks again.</summary>
    [Fact]
    public async Task A_client_that_gets_a_code_in_that_moment_stays()
    {
        var id = Publisher.Publish("/just-used.json");
        var browser = await fixture.SignedInAsync(Seed.Bob);
        Assert.Null((await browser.AuthorizeAsync(fixture.App(id))).Error);
        await fixture.Host.WithDatabaseAsync(db => db.Tokens.ExecuteDeleteAsync());
        Task<bool> deletion = null!;
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            await using var writing = await db.Database.BeginTransactionAsync();
            db.Tokens.Add(new()
            {
                Id = Guid.CreateVersion7(), Application = await db.Clients.SingleAsync(c => c.ClientId == id),
                Type = OpenIddict.Abstractions.OpenIddictConstants.TokenTypeIdentifiers.Private.AuthorizationCode,
            });
            await db.SaveChangesAsync();
            deletion = DeleteAsync();
            await Eventually.UntilAsync("the deletion waits", async () => await fixture.Host.WithDatabaseAsync(other => other.Database
                .SqlQuery<int>(
                    $"""
                     SELECT count(*)::int AS "Value" FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'
                     """)
                .SingleAsync()) > 0);
            await writing.CommitAsync();
            return 0;
        });
        Assert.False(await deletion);
        Assert.Equal(1, await fixture.CountRowsAsync(id));

        async Task<bool> DeleteAsync()
        {
            await using var scope = fixture.Host.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ClientDeletion>().DeleteUnusedAsync(id, "test", default);
        }
    }

    /// <summary>Whoever has the domain by now is perhaps somebody else: keys of theirs prove nothing.</summary>
    [Fact]
    public async Task The_published_keys_of_one_that_is_gone_are_asked_for_no_more()
    {
        var (signer, answers) = (ClientSigner.Ec("k1"), 0);
        Publisher.PublishBy("/its-keys.json", http =>
        {
            answers++;
            return http.Response.WriteAsJsonAsync(new JsonObject { ["keys"] = new JsonArray(signer.Jwk.DeepClone()) });
        });
        var id = Publisher.Publish("/its.json", document =>
        {
            document["token_endpoint_auth_method"] = "private_key_jwt";
            document["jwks_uri"] = Publisher.AddressOf("/its-keys.json");
        });
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"), Proof());
        Assert.True(tokens.IsOk, tokens.Body);
        Publisher.Withdraw("/its.json");
        fixture.LetDocumentsExpire();
        // Those that were fetched before serve for their time: 15 minutes and an hour.
        var refreshed = await app.RefreshAsync(tokens.RefreshToken, Proof());
        Assert.True(refreshed.IsOk, refreshed.Body);
        fixture.LetDocumentsExpire();
        Assert.Equal("invalid_client", (await app.RefreshAsync(refreshed.RefreshToken, Proof())).Error);
        Assert.Equal(1, answers);

        (string Name, string? Value)[] Proof() =>
        [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", signer.Assertion(fixture.Issuer.Text, id, "ES256", now: fixture.Host.Now)),
        ];
    }

    [Fact]
    public async Task Nobody_of_a_domain_that_is_denied_is_told_of_a_sign_out()
    {
        var told = Publisher.TakeLogouts("/denied-told");
        var id = Publisher.Publish(
            "/to-be-denied.json", document => document["backchannel_logout_uri"] = Publisher.AddressOf("/denied-told"));
        var (app, browser) = (fixture.App(id), await fixture.SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        var usual = Options.DeniedDomains;
        try
        {
            Options.DeniedDomains = [.. usual, Publisher.Host];
            fixture.Time.Advance(TimeSpan.FromSeconds(11));
            await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
            var fault = await fixture.FaultOfNoticeAsync(Guid.Parse(tokens.IdToken.GetPayloadValue<string>("sid")));
            Assert.Contains("not taken", fault, StringComparison.Ordinal);
            Assert.Empty(told);
        }
        finally
        {
            Options.DeniedDomains = usual;
        }
    }

    private async Task ForgetAllAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var ids = await fixture.Host.WithDatabaseAsync(
            db => db.Clients.Where(c => c.ClientId!.StartsWith("https://")).Select(c => c.ClientId!).ToListAsync());
        var deletion = scope.ServiceProvider.GetRequiredService<ClientDeletion>();
        foreach (var id in ids) await deletion.DeleteAsync(id, "test", default);
        scope.ServiceProvider.GetRequiredService<ClientDirectory>().ForgetAll();
    }
}
