using System.Buffers.Text;
using System.Security.Cryptography;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Doctor;

/// <summary>`AuthServer doctor` beside a server: keys, secrets and the schema, on each database.</summary>
public abstract class DatabaseDoctorTests(DatabaseKind kind)
{

    [Fact]
    public async Task Keys_are_shown_with_their_ages_and_one_that_is_late_is_told()
    {
        await using var host = await StartAsync();
        var run = await RunAsync(host);
        run.HasNone("wrong");
        foreach (var algorithm in new[] { "ES256", "RS256", "HS256", "A256KW" }) run.Has("Keys", "ok", algorithm);
        await host.WithDatabaseAsync(db => db.Keys.Where(k => k.Algorithm == "ES256")
            .ExecuteUpdateAsync(set => set.SetProperty(k => k.ActiveFrom, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-91))));
        Assert.Contains("keys rotate", (await RunAsync(host)).Has("Keys", "warning", "91 days old").Cure!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_JWT_SECRET_and_a_single_key_of_another_are_told_apart()
    {
        await using var host = await StartAsync();
        var other = await RunAsync(host, ("JWT_SECRET", SecretText.New()));
        other.Has("Keys", "wrong", "ES256");
        Assert.Equal(1, other.ExitCode);
        // A second key of the kind, whose box is that of another row.
        await host.WithDatabaseAsync(async db =>
        {
            var key = await db.Keys.AsNoTracking().SingleAsync(k => k.Algorithm == "ES256");
            (key.Id, key.Kid) = (Guid.CreateVersion7(), "moved");
            db.Keys.Add(key);
            return await db.SaveChangesAsync();
        });
        var run = await RunAsync(host);
        Assert.Contains("keys revoke --kid=moved", run.Has("Keys", "warning", "moved does not open").Cure!, StringComparison.Ordinal);
        run.HasNone("wrong");
    }

    [Fact]
    public async Task A_former_secret_is_told_as_long_as_something_needs_it_and_when_nothing_does()
    {
        await using var host = await StartAsync();
        // The digests of the seeded clients, and the keys of cookies.
        var needed = await RunAsync(host, ("SECRET_KEY", SecretText.New()), ("SECRET_KEY_PREVIOUS", AuthServerHost.SecretKey),
            ("JWT_SECRET", SecretText.New()), ("JWT_SECRET_PREVIOUS", AuthServerHost.JwtSecret));
        var line = needed.Has("Former secrets", "warning", "SECRET_KEY_PREVIOUS is still needed");
        Assert.Contains("client secret(s)", line.What, StringComparison.Ordinal);
        Assert.Contains("key(s) of cookies", line.What, StringComparison.Ordinal);
        needed.Has("Former secrets", "warning", "JWT_SECRET_PREVIOUS is still needed by 5 key(s) of the ring");
        var unneeded = await RunAsync(host, ("SECRET_KEY_PREVIOUS", SecretText.New()), ("JWT_SECRET_PREVIOUS", SecretText.New()));
        unneeded.Has("Former secrets", "warning", "SECRET_KEY_PREVIOUS is set, and nothing needs it any more");
        unneeded.Has("Former secrets", "warning", "JWT_SECRET_PREVIOUS is set, and nothing needs it any more");
    }

    [Fact]
    public async Task A_former_secret_is_needed_by_what_opens_only_with_it_and_by_nothing_else()
    {
        await using var host = await StartAsync();
        var user = await host.WithDatabaseAsync(db => db.Users.Select(u => u.Id).FirstAsync());
        var text = SecretText.New();
        SecretOptions current = Secret(AuthServerHost.SecretKey), former = Secret(text), lost = Secret(SecretText.New());
        await AddAsync(Token("current", current), Token("lost", lost), Token("moved", former, from: "another row"));
        await AddAsync(Cookie(current), Cookie(lost));
        await RegisterAsync("web", "sha256:" + Base64Url.EncodeToString(SHA256.HashData("secret"u8)));
        await RegisterAsync("machine", "hmac-sha256:00000000:AAAA");
        (await RunAsync(host, ("SECRET_KEY_PREVIOUS", text)))
            .Has("Former secrets", "warning", "SECRET_KEY_PREVIOUS is set, and nothing needs it any more");

        await AddAsync(Token("former", former));
        await AddAsync(Cookie(former));
        var stored = Secrets(former).Digest(ClientSecrets.Generate());
        await RegisterAsync("web", Secrets(current).Rotate(ClientSecrets.Generate(), stored, TimeSpan.FromHours(1)));
        (await RunAsync(host, ("SECRET_KEY_PREVIOUS", text))).Has(
            "Former secrets", "warning",
            "SECRET_KEY_PREVIOUS is still needed by 1 value(s) of user_tokens; 1 key(s) of cookies; 1 client secret(s)");

        Task AddAsync(params object[] rows) => host.WithDatabaseAsync(db =>
        {
            db.AddRange(rows);
            return db.SaveChangesAsync();
        });

        Task RegisterAsync(string clientId, string digest) => host.WithDatabaseAsync(db => db.Clients
            .Where(c => c.ClientId == clientId).ExecuteUpdateAsync(set => set.SetProperty(c => c.ClientSecret, digest)));

        IdentityUserToken<Guid> Token(string name, SecretOptions secret, string? from = null) => new()
        {
            UserId = user, LoginProvider = "test", Name = name,
            Value = new UserTokenSealing(secret).Seal(user, "test", from ?? name, "value"),
        };

        // As version 0.2 wrote it, not bound to its row.
        static DataProtectionKey Cookie(SecretOptions secret) => new()
        {
            Xml = $"<key id=\"1\"><sealed>{new DataProtectionSealing(secret).Seal(new("value", "text"))}</sealed></key>",
        };

        static SecretOptions Secret(string text) => new() { SecretKey = Convert.FromBase64String(text) };

        static ClientSecrets Secrets(SecretOptions secret) => new(secret, TimeProvider.System);
    }

    [Fact]
    public async Task Cookie_keys_that_do_not_open_are_told()
    {
        await using var host = await StartAsync();
        // A box that was moved within its own table still opens; one that is damaged does not.
        await host.WithDatabaseAsync(db => db.DataProtectionKeys.ExecuteUpdateAsync(
            set => set.SetProperty(k => k.Xml, k => k.Xml!.Replace("<sealed", "<sealed x='1'").Replace(">A", ">B"))));
        (await RunAsync(host)).Has("Keys", "warning", "1 key(s) of cookies and forms do not open");
    }

    [Fact]
    public async Task A_schema_of_another_version_is_told()
    {
        await using var host = await StartAsync();
        await host.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(
            "INSERT INTO \"__EFMigrationsHistory\" (migration_id, product_version) VALUES ('29991231000000_Future', '99')"));
        (await RunAsync(host)).Has("Database", "warning", "29991231000000_Future, which this version does not know");
        await host.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(
            "DELETE FROM \"__EFMigrationsHistory\" WHERE migration_id LIKE '%_Resources'"));
        var run = await RunAsync(host);
        run.Has("Database", kind == DatabaseKind.Sqlite ? "warning" : "wrong", "the schema lacks 2026");
        run.Has("Keys", "skipped", "the schema is not that of this version");
    }

    private Task<AuthServerHost> StartAsync() => AuthServerHost.StartAsync(new HostSetup(kind));

    private static Task<DoctorRun> RunAsync(AuthServerHost host, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(host.Database.Settings)
        {
            ["SECRET_KEY"] = AuthServerHost.SecretKey, ["JWT_SECRET"] = AuthServerHost.JwtSecret,
            ["API_BASE_URL"] = AuthServerHost.IssuerText,
            ["ASPNETCORE_URLS"] = "http://localhost:5080",
        };
        foreach (var (key, value) in settings) all[key] = value;
        return DoctorRun.OfAsync(all.Select(s => (s.Key, s.Value)));
    }

    public sealed class OnSqlite() : DatabaseDoctorTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : DatabaseDoctorTests(DatabaseKind.Postgres);
}
