using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>The recipe of docs/keys.md for a JWT_SECRET that is gone for good. WrongSecretTests has the refusal before it.</summary>
public sealed class LostSecretTests
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Without_the_secret_a_server_starts_again_once_the_keys_are_deleted_and_people_sign_in_again(DatabaseKind kind)
    {
        await using var former = await AuthServerHost.StartAsync(new(kind));
        var app = Seed.Web(former.Issuer);
        var browser = former.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var settings = new Dictionary<string, string>(former.Database.Settings) { ["JWT_SECRET"] = SecretText.New() };
        var setup = new HostSetup(kind) { Settings = settings, SeedFile = null };
        await former.WithDatabaseAsync(db => db.Keys.ExecuteDeleteAsync());
        await using var next = await AuthServerHost.StartAsync(setup);
        Assert.Equal(RingKeys.Algorithms.Count + 1, await former.WithDatabaseAsync(db => db.Keys.CountAsync()));
        Assert.Equal("invalid_grant", (await Seed.Web(next.Issuer).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False((await Seed.Web(next.Issuer).UserInfoAsync(tokens.AccessToken)).IsOk);
        var again = next.NewBrowser();
        await again.SignInAsync(Seed.Alice);
        var fresh = await Seed.Web(next.Issuer).RedeemCodeAsync(await again.AuthorizeAsync(Seed.Web(next.Issuer), "openid"));
        Assert.True((await Seed.Web(next.Issuer).UserInfoAsync(fresh.AccessToken)).IsOk);
    }
}
