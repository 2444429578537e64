using System.Globalization;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Proxies;

/// <summary>nginx in front of two replicas, as docs/proxy.md has it: TLS and HTTP/2 outside, connections that stay inside.</summary>
public sealed class NginxTests(NginxFixture servers) : IClassFixture<NginxFixture>
{
    [Fact]
    public async Task A_person_is_served_by_both_replicas_over_http_2()
    {
        var issuer = servers.At(servers.Edge);
        var browser = new Browser(issuer);
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Web(issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        for (var i = 0; i < 5; i++)
        {
            Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
            tokens = await app.RefreshAsync(tokens.RefreshToken);
            Assert.True(tokens.IsOk, tokens.Body);
        }

        Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);

        var requests = servers.Proxy.Requests.Where(r => r.StartsWith($"{servers.Edge} ", StringComparison.Ordinal)).ToList();
        Assert.All(requests, r => Assert.Contains(" HTTP/2.0 ", r, StringComparison.Ordinal));
        Assert.All(servers.Replicas, replica => Assert.Contains(requests, r => r.Contains($" {replica} ", StringComparison.Ordinal)));
        // Without keep-alive none would be open: nothing is asked any more.
        Assert.All(servers.Replicas, replica =>
            Assert.NotEqual(0, NginxFixture.OpenConnections(int.Parse(replica.Split(':')[1], CultureInfo.InvariantCulture))));
    }

    /// <summary>The address that the outer proxy saw counts, and what the caller has written before it does not.</summary>
    [Fact]
    public async Task Behind_two_proxies_the_caller_is_still_known()
    {
        var issuer = servers.At(servers.Outer);
        var browser = new Browser(issuer);
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9, 127.0.0.2");
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "http");
        browser.Http.DefaultRequestHeaders.Add("Forwarded", "for=203.0.113.9;host=evil.example");
        var page = await browser.SignInAsync(Seed.Bob);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        await using var database = servers.Database.OpenContext();
        var addresses = await (from e in database.AuditEvents join u in database.Users on e.SubjectId equals u.Id
                               where u.Email == Seed.Bob.Email && e.Kind == "session.opened" select e.IpAddress).ToListAsync();
        Assert.Equal([NginxFixture.CallerAddress], addresses.Distinct());
    }

    [Fact]
    public async Task A_server_under_a_path_is_found_by_its_well_known_addresses()
    {
        foreach (var (port, path) in new[] { (servers.Edge, "/auth"), (servers.Edge, "/stripped") })
        {
            var issuer = servers.At(port, path);
            var document = await issuer.DiscoverAsync();
            Assert.Equal(issuer.Text, document.GetProperty("issuer").GetString());
            var browser = new Browser(issuer);
            await browser.SignInAsync(Seed.Alice);
            var app = Seed.Web(issuer);
            var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"));
            Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
        }

        foreach (var document in new[] { "oauth-authorization-server", "openid-configuration" })
        {
            var inserted = await servers.At(servers.Edge).GetJsonAsync($"/.well-known/{document}/auth");
            Assert.Equal(servers.At(servers.Edge, "/auth").Text, inserted.GetProperty("issuer").GetString());
        }
    }
}
