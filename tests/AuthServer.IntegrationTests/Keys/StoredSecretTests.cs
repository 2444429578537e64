using System.Text.RegularExpressions;
using System.Xml.Linq;
using AuthServer.Data.Encryption;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Attacks.Leaks;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>Every column that holds a secret which comes back in clear: what is stored shows nothing, and is bound to its row.</summary>
public abstract partial class StoredSecretTests(DatabaseKind kind)
{
    private const string Provider = "[AspNetUserStore]", Name = "AuthenticatorKey";

    [Fact]
    public async Task Every_column_whose_name_sounds_like_a_secret_has_a_decision()
    {
        using var database = await TestDatabase.CreateAsync(kind);
        await using var db = database.OpenContext();
        var columns = db.Model.GetEntityTypes().SelectMany(
            type => type.GetProperties().Select(p => $"{type.GetTableName()}.{p.GetColumnName()}")).ToHashSet();
        var decided = StoredSecrets.All.Select(s => s.Column).ToList();
        Assert.Equal([], columns.Where(c => Suspicious().IsMatch(c.Split('.')[1])).Except(decided).Order());
        Assert.Equal([], decided.Except(columns));
        Assert.Distinct(decided);
    }

    [Fact]
    public async Task A_value_that_is_planted_in_a_sealed_column_is_found_nowhere()
    {
        await using var host = await AuthServerHost.StartAsync(new(kind));
        var planted = new Planted();
        foreach (var column in Sealed())
        {
            foreach (var secret in await PlantAsync(host, column)) planted.Add(column, secret);
        }

        var text = await StoredTextAsync(host);
        Assert.True(text.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Seed.Alice.Email)) > 0);
        Assert.Empty(planted.FoundIn(text));
    }

    [Fact]
    public async Task A_value_that_is_moved_to_another_row_or_column_does_not_open()
    {
        await using var host = await AuthServerHost.StartAsync(new(kind));
        foreach (var column in Sealed())
        {
            await PlantAsync(host, column);
            Assert.False(await OpensMovedAsync(host, column), column);
        }
    }

    [Fact]
    public async Task A_rewrap_moves_the_values_of_people_and_the_mails_too()
    {
        await using var host = await AuthServerHost.StartAsync(new(kind));
        await PlantAsync(host, "user_tokens.value");
        await PlantAsync(host, "mail_outbox.sealed_letter");
        var (secrets, next) = (host.Services.GetRequiredService<SecretOptions>(), new SecretOptions
        {
            SecretKey = new byte[32], JwtSecret = host.Services.GetRequiredService<SecretOptions>().JwtSecret,
            SecretKeyPrevious = host.Services.GetRequiredService<SecretOptions>().SecretKey,
        });
        var rewrap = ActivatorUtilities.CreateInstance<Rewrap>(
            host.Services, new RingKeys(next), new DataProtectionSealing(next), new UserTokenSealing(next), new LetterSealing(next));
        var end = await rewrap.RunAsync(_ => { }, default);
        Assert.Equal((end.Rows, 0), (end.Done, end.Unopened.Count));
        var row = await host.WithDatabaseAsync(db => db.UserTokens.FirstAsync());
        var alone = new UserTokenSealing(new SecretOptions { SecretKey = next.SecretKey });
        Assert.NotEmpty(alone.Open(row.UserId, row.LoginProvider, row.Name, row.Value!));
        Assert.False(new UserTokenSealing(secrets).Renew(row.UserId, row.LoginProvider, row.Name, row.Value!).Opens);
        var mail = await host.WithDatabaseAsync(db => db.Mails.AsNoTracking().FirstAsync());
        Assert.NotEmpty(new LetterSealing(new SecretOptions { SecretKey = next.SecretKey }).Open(mail.Id, mail.SealedLetter));
        Assert.False(new LetterSealing(secrets).Renew(mail.Id, mail.SealedLetter).Opens);
    }

    private static IEnumerable<string> Sealed() =>
        StoredSecrets.All.Where(s => s.Protection == Protection.Sealed).Select(s => s.Column);

    /// <summary>Lets the product store secrets in the column, in two rows at least.</summary>
    private static async Task<IReadOnlyList<byte[]>> PlantAsync(AuthServerHost host, string column)
    {
        await using var scope = host.Services.CreateAsyncScope();
        switch (column)
        {
            case "keys.sealed_key":
                var rotation = scope.ServiceProvider.GetRequiredService<KeyRotation>();
                await rotation.RotateAsync(KeyLife.Announcement, default);
                var ring = host.Services.GetRequiredService<RingKeys>();
                return [.. (await host.WithDatabaseAsync(db => db.Keys.AsNoTracking().ToListAsync())).Select(row => SecretOf(ring, row))];
            case "data_protection_keys.xml":
                var manager = host.Services.GetRequiredService<Microsoft.AspNetCore.DataProtection.KeyManagement.IKeyManager>();
                var now = TimeProvider.System.GetUtcNow();
                for (var i = 0; i < 2; i++) manager.CreateNewKey(now, now.AddDays(90));
                return [.. (await CookieKeysAsync(host)).Select(xml => MasterKey(host, XElement.Parse(xml)))];
            case "user_tokens.value":
                var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
                var planted = new List<byte[]>();
                foreach (var person in new[] { Seed.Alice, Seed.Bob })
                {
                    var user = (await users.FindByEmailAsync(person.Email))!;
                    await users.ResetAuthenticatorKeyAsync(user);
                    planted.Add(System.Text.Encoding.UTF8.GetBytes((await users.GetAuthenticatorKeyAsync(user))!));
                    var codes = (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 3))!.ToList();
                    planted.AddRange(codes.Select(System.Text.Encoding.UTF8.GetBytes));
                    // The codes come back as they are redeemed, each once.
                    Assert.True((await users.RedeemTwoFactorRecoveryCodeAsync(user, codes[0])).Succeeded);
                    Assert.False((await users.RedeemTwoFactorRecoveryCodeAsync(user, codes[0])).Succeeded);
                    Assert.Equal(2, await users.CountRecoveryCodesAsync(user));
                }
                return planted;
            case "mail_outbox.sealed_letter":
                string[] links = ["https://auth.example.test/reset/4pX9vQ2mZt", "https://auth.example.test/reset/8kR3wB6nLy"];
                var outbox = host.Services.GetRequiredService<Outbox>();
                await host.WithDatabaseAsync(db =>
                {
                    db.Mails.AddRange(links.Select(link => outbox.Describe(
                        new PasswordChangedLetter("planted@example.test", "en", null, default, ByAdmin: false, link))));
                    return db.SaveChangesAsync();
                });
                return [.. links.Append("planted@example.test").Select(System.Text.Encoding.UTF8.GetBytes)];
            default:
                throw new NotSupportedException($"{column} is sealed: say here how it is filled, and below how a moved value fares.");
        }
    }

    private static async Task<bool> OpensMovedAsync(AuthServerHost host, string column)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var boxes = await host.WithDatabaseAsync(db => db.Keys.AsNoTracking().Where(k => k.Algorithm == RingKeys.Es256).ToListAsync());
        switch (column)
        {
            case "keys.sealed_key":
                (boxes[0].SealedKey, boxes[1].SealedKey) = (boxes[1].SealedKey, boxes[0].SealedKey);
                return host.Services.GetRequiredService<RingKeys>().Renew(boxes[0]).Opens;
            case "data_protection_keys.xml":
                var sealing = host.Services.GetRequiredService<DataProtectionSealing>();
                var keys = (await CookieKeysAsync(host)).Select(XElement.Parse).ToList();
                Assert.All(keys, key => Assert.True(sealing.Opens(key)));
                // The value alone, and the whole element.
                var (one, other) = (keys[0].Descendants("sealed").Single(), keys[1].Descendants("sealed").Single());
                var whole = new XElement(keys[0]);
                whole.Descendants("sealed").Single().ReplaceWith(new XElement(other));
                var unbound = new XElement(whole);
                unbound.Descendants("sealed").Single().RemoveAttributes();
                one.Value = other.Value;
                return sealing.Opens(keys[0]) || sealing.Opens(whole) || sealing.Opens(unbound);
            case "user_tokens.value":
                var tokens = host.Services.GetRequiredService<UserTokenSealing>();
                var rows = await host.WithDatabaseAsync(db => db.UserTokens.AsNoTracking().Where(t => t.Name == Name).ToListAsync());
                return tokens.Renew(rows[0].UserId, Provider, Name, rows[1].Value!).Opens
                    || tokens.Renew(rows[0].UserId, Provider, "RecoveryCodes", rows[0].Value!).Opens
                    || tokens.Renew(rows[0].UserId, Provider, Name, Convert.ToBase64String(boxes[0].SealedKey)).Opens;
            case "mail_outbox.sealed_letter":
                var mails = await host.WithDatabaseAsync(db => db.Mails.AsNoTracking().ToListAsync());
                Assert.All(mails, m => Assert.True(host.Services.GetRequiredService<LetterSealing>().Renew(m.Id, m.SealedLetter).Opens));
                return host.Services.GetRequiredService<LetterSealing>().Renew(mails[0].Id, mails[1].SealedLetter).Opens;
            default:
                return true;
        }
    }

    private static byte[] SecretOf(RingKeys ring, RingKey row) => row.Algorithm switch
    {
        RingKeys.Es256 => ((ECDsaSecurityKey)ring.OpenSigning(row).Credentials.Key).ECDsa.ExportParameters(true).D!,
        RingKeys.Rs256 => ((RsaSecurityKey)ring.OpenSigning(row).Credentials.Key).Rsa.ExportParameters(true).P!,
        _ => ring.OpenSecret(row).Value,
    };

    private static byte[] MasterKey(AuthServerHost host, XElement key)
    {
        var opened = host.Services.GetRequiredService<DataProtectionSealing>().Open(key.Descendants("sealed").Single());
        return Convert.FromBase64String(opened.DescendantsAndSelf().Single(e => e.Name.LocalName == "value").Value);
    }

    private static Task<List<string>> CookieKeysAsync(AuthServerHost host) =>
        host.WithDatabaseAsync(db => db.DataProtectionKeys.AsNoTracking().Select(k => k.Xml!).ToListAsync());

    /// <summary>All that the database holds, without the encryption of the file as a whole.</summary>
    private async Task<byte[]> StoredTextAsync(AuthServerHost host)
    {
        var copy = Path.Combine(host.Database.Folder, "plain");
        if (kind == DatabaseKind.Sqlite)
        {
            var file = EncryptedSqlite.File(host.Database.Folder, AuthServerHost.SecretKey);
            FileRewrite.Decrypt(file, file.Keys!, copy);
        }
        else
        {
            var name = new Npgsql.NpgsqlConnectionStringBuilder(host.Database.ConnectionString).Database!;
            await (await SharedServers.PostgresAsync()).DumpAsync(name, copy);
        }
        return await File.ReadAllBytesAsync(copy);
    }

    [GeneratedRegex("secret|key|token|password|hash|seal|payload|xml|fingerprint|^value$", RegexOptions.IgnoreCase)]
    private static partial Regex Suspicious();

    public sealed class OnSqlite() : StoredSecretTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : StoredSecretTests(DatabaseKind.Postgres);
}
