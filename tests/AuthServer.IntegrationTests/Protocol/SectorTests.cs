using AuthServer.Clients.Directory;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>OpenID Connect Core 8.1: a client counts to a sector only if the sector says so.</summary>
public sealed class SectorTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    [Fact]
    public async Task A_sector_that_cannot_be_read_lets_nobody_in()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var answer = await browser.AuthorizeAsync(Seed.Pairwise(fixture.Issuer, "sectored"), "openid");
        Assert.Equal("invalid_request", answer.Error);
        // Nor by a device, where nothing goes to a redirect address.
        Assert.Equal("invalid_request", (await Seed.Pairwise(fixture.Issuer, "sectored").AskForDeviceAsync()).Error);
    }

    [Fact]
    public async Task The_sector_is_the_host_of_its_address()
    {
        var clients = fixture.Host.Services.GetRequiredService<ClientDirectory>();
        Assert.Equal("sector.example.test", (await clients.FindAsync("sectored", default))!.Sector);
        Assert.Equal("discreet.example.test", (await clients.FindAsync("discreet", default))!.Sector);
        Assert.Null((await clients.FindAsync("web", default))!.Sector);
    }
}
