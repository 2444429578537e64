using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>/v1/account/upstream: the connected sign-ins of the person who calls; and what the download says of them.</summary>
public abstract class OwnConnectionsTests(UpstreamFixture fixture)
{
    private const string Path = "/v1/account/upstream", Write = "openid account:read account:write";

    [Fact]
    public async Task A_person_lists_and_disconnects_their_own_and_no_others()
    {
        var (api, id, email) = await ConnectedAsync();
        var listed = (await api.GetAsync(Path)).Expect(HttpStatusCode.OK).Json.GetProperty("upstream")[0];
        Assert.Equal(
            (id, "shop", fixture.Shop.Issuer, email),
            (listed.GetProperty("id").GetString(), listed.GetProperty("provider").GetString(), listed.GetProperty("issuer").GetString(),
                listed.GetProperty("label").GetString()));
        Assert.False(listed.TryGetProperty("subject", out _));

        var (other, _, _) = await ConnectedAsync();
        (await other.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NotFound, "not-found");
        (await api.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NoContent);
        (await api.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(0, (await api.GetAsync(Path)).Json.GetProperty("upstream").GetArrayLength());
        Assert.Equal(1, (await other.GetAsync(Path)).Json.GetProperty("upstream").GetArrayLength());
    }

    [Fact]
    public async Task To_disconnect_needs_a_sign_in_of_now_the_scope_and_another_way_in()
    {
        var (api, id, email) = await ConnectedAsync();
        (await new ApiClient(fixture.Issuer).GetAsync(Path)).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        var user = await fixture.Host.WithDatabaseAsync(
            db => db.UserLogins.Where(l => l.ProviderDisplayName == email).Select(l => l.UserId).SingleAsync());
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Id == user)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, "!")));
        (await api.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.Conflict, "last-way-in");
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await api.DeleteAsync($"{Path}/{id}")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await api.GetAsync(Path)).Expect(HttpStatusCode.OK);

        var (reader, own, _) = await ConnectedAsync("openid account:read");
        (await reader.GetAsync(Path)).Expect(HttpStatusCode.OK);
        (await reader.DeleteAsync($"{Path}/{own}")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
    }

    [Fact]
    public async Task The_download_has_them()
    {
        var (api, _, email) = await ConnectedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/account/export");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", api.AccessToken);
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        await using var zip = new ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()));
        await using var file = await zip.GetEntry("sign_in.json")!.OpenAsync();
        var connected = (await JsonDocument.ParseAsync(file)).RootElement.GetProperty("connected_sign_ins")[0];
        Assert.Contains(fixture.Shop.Issuer, connected.ToString(), StringComparison.Ordinal);
        Assert.Contains(email, connected.ToString(), StringComparison.Ordinal);
    }

    /// <returns>A program of a person with a password, the id of their connected sign-in, and what it is called by.</returns>
    private async Task<(ApiClient Api, string Id, string Label)> ConnectedAsync(string scope = Write)
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var request = await UpstreamFixture.GoAsync(
            browser, "shop", await browser.OpenAsync("/account/security"), "/account/security/connect");
        var upstream = fixture.NewPerson();
        await browser.OpenAsync(fixture.Shop.Approve(request, upstream));
        var api = await ApiClient.SignInAsync(fixture.Host, person, scope);
        var id = (await api.GetAsync(Path)).Json.GetProperty("upstream")[0].GetProperty("id").GetString()!;
        return (api, id, (string)upstream["email"]);
    }
}

public sealed class OwnConnectionsOnSqlite(UpstreamOnSqlite fixture) : OwnConnectionsTests(fixture), IClassFixture<UpstreamOnSqlite>;

public sealed class OwnConnectionsOnPostgres(UpstreamOnPostgres fixture) : OwnConnectionsTests(fixture), IClassFixture<UpstreamOnPostgres>;
