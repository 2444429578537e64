using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Durability;

/// <summary>The commands that change keys, killed with SIGKILL at random moments, and the server afterwards.</summary>
public abstract class KeyCommandKillTests(DatabaseKind kind)
{
    private const int Kills = 5;

    private readonly string _address = ServerProcess.FreeAddress("localhost");
    private readonly string _secretKey = SecretText.New();

    [Fact]
    public async Task After_kills_every_key_opens_and_what_was_issued_before_is_valid_unless_its_key_was_revoked()
    {
        // Its own cluster, which writes through to the disk as in production.
        using var cluster = kind == DatabaseKind.Postgres ? await PostgresCluster.StartAsync(durable: true) : null;
        using var database = await TestDatabase.CreateAsync(kind, migrated: false, cluster);
        database.EncryptedWith(_secretKey);
        var (first, second) = (SecretText.New(), SecretText.New());
        TokenAnswer tokens;
        await using (var server = await ServeAsync(database, ("JWT_SECRET", first), ("AUTHSERVER_SEED", Seed.File)))
        {
            var issuer = Issuer.At(new Uri(_address));
            var (app, browser) = (Seed.Patient(issuer), new Browser(issuer));
            await browser.SignInAsync(Seed.Alice);
            tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        }

        await KillAsync(database, [("JWT_SECRET", first)], first, _ => ["keys", "rotate", "--now"]);
        // The key of the access token is revoked in the end, and no other one.
        var signer = new JsonWebToken(tokens.AccessToken).Kid;
        await KillAsync(database, [("JWT_SECRET", first)], first, _ => ["keys", "revoke", "--yes", "--kid=" + signer]);
        await KillAsync(
            database, [("JWT_SECRET", second), ("JWT_SECRET_PREVIOUS", first)], second, _ => ["keys", "rewrap"], previous: first);
        var rows = await KeysAsync(database);
        Assert.DoesNotContain(rows, k => k.Kid == signer);

        // Without the former secret: everything was sealed anew.
        await using (var server = await ServeAsync(database, ("JWT_SECRET", second)))
        {
            var app = Seed.Patient(Issuer.At(new Uri(_address)));
            Assert.False((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
            var refreshed = await app.RefreshAsync(tokens.RefreshToken);
            Assert.True(refreshed.IsOk, refreshed.Body);
            Assert.True((await app.UserInfoAsync(refreshed.AccessToken)).IsOk);
            var published = await app.Issuer.GetJsonAsync("/.well-known/jwks");
            Assert.Contains(tokens.IdToken.Kid, published.GetRawText(), StringComparison.Ordinal);
        }
    }

    /// <summary>Kills the command some times on its way, and then lets it end.</summary>
    private async Task KillAsync(
        TestDatabase database, (string, string)[] secrets, string secret, Func<int, string[]> command, string? previous = null)
    {
        var keys = new RingKeys(new SecretOptions
        {
            JwtSecret = Convert.FromBase64String(secret),
            JwtSecretPrevious = previous is null ? null : Convert.FromBase64String(previous),
        });
        for (var kill = 0; kill < Kills; kill++)
        {
            await using (var process = ServerProcess.Start(Environment(database, secrets), command(kill)))
            {
                // From the first statement on; the start of .NET before it changes nothing.
                await Eventually.UntilAsync(
                    "it uses the database", () => process.Output.Contains("Database:", StringComparison.Ordinal), () => process.Errors);
                await Task.Delay(RandomNumberGenerator.GetInt32(600));
                // Disposing kills.
            }

            var rows = await KeysAsync(database);
            Assert.All(rows, row => Assert.True(keys.Renew(row).Opens, $"{row.Kid} does not open after kill {kill + 1}."));
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            foreach (var algorithm in RingKeys.Algorithms)
                Assert.Single(rows, k => k.Algorithm == algorithm && KeyLife.StateOf(k, now) == KeyState.Active);
        }

        var (exit, output, errors) = await ServerProcess.RunAsync(Environment(database, secrets), command(Kills));
        Assert.True(exit is 0 || errors.Contains("There is no key", StringComparison.Ordinal), output + errors);
    }

    private static Task<List<RingKey>> KeysAsync(TestDatabase database)
    {
        using var context = database.OpenContext();
        return Task.FromResult(context.Keys.AsNoTracking().ToList());
    }

    private async Task<ServerProcess> ServeAsync(TestDatabase database, params (string, string)[] more)
    {
        var server = ServerProcess.Start([.. Environment(database, more), ("ASPNETCORE_URLS", _address)]);
        await server.ReadyAsync(_address);
        return server;
    }

    private (string, string)[] Environment(TestDatabase database, (string, string)[] more) =>
    [
        .. database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", _address), ("SECRET_KEY", _secretKey), .. more,
    ];
}

public sealed class KeyCommandKillOnSqliteTests() : KeyCommandKillTests(DatabaseKind.Sqlite);

public sealed class KeyCommandKillOnPostgresTests() : KeyCommandKillTests(DatabaseKind.Postgres);
