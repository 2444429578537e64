using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>A server that takes no documents, as by default.</summary>
public sealed class NoDocumentTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    private const string Id = "https://app.example/client.json";

    [Fact]
    public async Task Discovery_says_nothing_of_documents_and_an_address_is_an_unknown_client()
    {
        Assert.False((await fixture.Issuer.DiscoverAsync()).TryGetProperty("client_id_metadata_document_supported", out _));
        var app = new ClientApp(fixture.Issuer, Id + "?other", null, "https://app.example/cb");
        var page = await fixture.Host.NewBrowser().OpenAsync(app.NewRequest("openid").Address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        Assert.Equal("invalid_client", (await app.PushAsync(app.NewRequest("openid"))).Error);
        Assert.Equal("invalid_client", (await app.RefreshAsync("x")).Error);
    }

    /// <summary>As after the setting was taken back, or the domain was put on the list of those that are denied.</summary>
    [Fact]
    public async Task An_app_that_people_have_allowed_is_unknown_too()
    {
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Clients.Add(new()
            {
                Id = Guid.CreateVersion7(), ClientId = Id, ClientType = "public", ConsentType = "explicit", DisplayName = "Notebook",
                ApplicationType = "web", RedirectUris = """["https://app.example/cb"]""", Requirements = """["ft:pkce"]""",
                Permissions = """["ept:token","ept:authorization","ept:revocation","gt:authorization_code","rst:code","scp:openid"]""",
                Properties = """{"metadata":{"token_endpoint_auth_method":"none"},"document":{"fetched_at":"2026-11-30T00:00:00Z"}}""",
                ConcurrencyToken = "x",
            });
            return db.SaveChangesAsync();
        });
        var app = new ClientApp(fixture.Issuer, Id, null, "https://app.example/cb");
        Assert.Equal("invalid_client", (await app.RefreshAsync("x")).Error);
        var page = await fixture.Host.NewBrowser().OpenAsync(app.NewRequest("openid").Address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Clients.CountAsync(c => c.ClientId == Id)));
    }
}
