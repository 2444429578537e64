using AuthServer.Clients.Secrets;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>Other secrets without a lost session, token or client: both values, rewrap, then the new values alone.</summary>
public sealed class RewrapTests
{
    private const string NewSecretKey = "q1lHoV0m1cJ3xYvYqfB8S0Yt7n9mC4b2mC3Qm0dWm9I=";
    private const string NewJwtSecret = "c2Q5b0Zr2lq0cJm8b1n3XoV4t6y7u8i9o0p1a2s3d4g=";

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task After_a_rewrap_the_former_secrets_are_not_needed(DatabaseKind kind)
    {
        await using var first = await AuthServerHost.StartAsync(new(kind));
        var app = Seed.Web(first.Issuer);
        var browser = first.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var (secretKey, jwtSecret) = (first.Services.GetRequiredService<SecretOptions>().SecretKey, first.Services
            .GetRequiredService<SecretOptions>().JwtSecret);

        var both = With(first, new()
        {
            ["SECRET_KEY"] = NewSecretKey,
            ["JWT_SECRET"] = NewJwtSecret,
            ["SECRET_KEY_PREVIOUS"] = Convert.ToBase64String(secretKey),
            ["JWT_SECRET_PREVIOUS"] = Convert.ToBase64String(jwtSecret),
        });
        // The embedded file is encrypted anew by a start that has it alone.
        await first.Services.GetRequiredService<IHost>().StopAsync();
        SqliteConnection.ClearAllPools();
        await using (var second = await AuthServerHost.StartAsync(new(kind) { Settings = both, SeedFile = null }))
        {
            first.Database.EncryptedWith(NewSecretKey);
            var rewrap = second.Services.GetRequiredService<Rewrap>();
            // Two at once, and a third that finds nothing to do.
            var ends = await Task.WhenAll(rewrap.RunAsync(_ => { }, default), rewrap.RunAsync(_ => { }, default));
            Assert.All(ends, end => Assert.Equal((end.Rows, 0), (end.Done, end.Unopened.Count)));
            Assert.True(ends.Sum(end => end.Rewrapped) >= RingKeys.Algorithms.Count + 1);
            Assert.Equal(0, (await rewrap.RunAsync(_ => { }, default)).Rewrapped);

            // The digest of its secret moves when a client authenticates.
            var secrets = second.Services.GetRequiredService<ClientSecrets>();
            Assert.False(secrets.IsUnderCurrentKey(await DigestAsync(first, "web")));
            tokens = await Seed.Web(second.Issuer).RefreshAsync(tokens.RefreshToken);
            Assert.True(tokens.IsOk, tokens.Body);
            Assert.True(secrets.IsUnderCurrentKey(await DigestAsync(first, "web")));
        }

        var alone = With(first, new() { ["SECRET_KEY"] = NewSecretKey, ["JWT_SECRET"] = NewJwtSecret });
        await using var third = await AuthServerHost.StartAsync(new(kind) { Settings = alone, SeedFile = null });
        Assert.Empty(third.Services.GetRequiredService<KeyRing>().Current.Unopened);
        Assert.True((await Seed.Web(third.Issuer).UserInfoAsync(tokens.AccessToken)).IsOk);
        Assert.True((await Seed.Web(third.Issuer).RefreshAsync(tokens.RefreshToken)).IsOk);
        // Forms and their cookies are protected by the rewrapped key.
        await third.NewBrowser().SignInAsync(Seed.Alice);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Rows_that_no_secret_opens_are_named_and_left_as_they_are(DatabaseKind kind)
    {
        await using var host = await AuthServerHost.StartAsync(new(kind));
        var other = new SecretOptions
        {
            SecretKey = Convert.FromBase64String(NewSecretKey),
            JwtSecret = Convert.FromBase64String(NewJwtSecret),
        };
        var rewrap = ActivatorUtilities.CreateInstance<Rewrap>(
            host.Services, new RingKeys(other), new DataProtectionSealing(other), new UserTokenSealing(other));
        var before = await host.WithDatabaseAsync(db => db.Keys.OrderBy(k => k.Id).Select(k => k.SealedKey).ToListAsync());
        var end = await rewrap.RunAsync(_ => { }, default);
        Assert.Equal((0, end.Rows), (end.Rewrapped, end.Unopened.Count));
        Assert.Contains(end.Unopened, name => name.StartsWith("keys ", StringComparison.Ordinal));
        Assert.Equal(before, await host.WithDatabaseAsync(db => db.Keys.OrderBy(k => k.Id).Select(k => k.SealedKey).ToListAsync()));
    }

    private static Dictionary<string, string> With(AuthServerHost host, Dictionary<string, string> secrets)
    {
        var settings = new Dictionary<string, string>(host.Database.Settings);
        foreach (var (key, value) in secrets) settings[key] = value;
        return settings;
    }

    private static async Task<string> DigestAsync(AuthServerHost host, string clientId) =>
        (await host.WithDatabaseAsync(db => db.Clients.Where(c => c.ClientId == clientId).Select(c => c.ClientSecret).SingleAsync()))!;
}
