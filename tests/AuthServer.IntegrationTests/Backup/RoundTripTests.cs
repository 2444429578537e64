using AuthServer.Backup;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>A backup of a server that was used, restored into both kinds of database.</summary>
public abstract class RoundTripTests(DatabaseKind kind) : IAsyncLifetime
{
    private AuthServerHost _host = null!;
    private DirectoryInfo _folder = null!;

    private DirectoryPlace Place => new(_folder.FullName);

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("backup-test-");
        _host = await AuthServerHost.StartAsync(
            new HostSetup(kind) { Settings = new Dictionary<string, string> { ["BACKUP_KEY"] = BackupCopies.Key } });
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_table_is_the_same_in_both_databases_and_back()
    {
        await UseAsync();
        var created = await CreateAsync(_host);
        Assert.Equal(await BackupCopies.TotalsAsync(_host.Database), created.Tables);
        Assert.All(
            created.Tables.Where(t => t.Table is not ("used_assertions" or "idempotency_keys" or "authorizations")),
            table => Assert.True(table.Rows > 0, $"{table.Table} has no rows that could be lost."));
        var verified = await VerifyAsync(created.Name);
        Assert.Equal(created.Tables, verified.Tables);

        foreach (var other in Enum.GetValues<DatabaseKind>())
        {
            using var copy = await TestDatabase.CreateAsync(other, migrated: false);
            await RestoreAsync(created.Name, copy);
            var there = await BackupCopies.TotalsAsync(copy);
            Assert.Equal(BackupCopies.WithoutAudit(created.Tables), BackupCopies.WithoutAudit(there));
            Assert.Equal(RowsOf(created.Tables, "audit_events") + 1, RowsOf(there, "audit_events"));
            await using var context = copy.OpenContext();
            var written = await context.AuditEvents.SingleAsync(e => e.Kind == "backup.restored");
            Assert.Contains("of 20", written.Detail, StringComparison.Ordinal);
            Assert.Empty(await context.Database.GetPendingMigrationsAsync());
            // The next number of a table that counts is free.
            context.RoleClaims.Add(new() { RoleId = (await context.Roles.FirstAsync()).Id, ClaimType = "next" });
            await context.SaveChangesAsync();
        }
    }

    [Fact]
    public async Task Every_table_and_column_of_the_database_is_in_a_backup()
    {
        await using var context = _host.Database.OpenContext();
        var columns = kind == DatabaseKind.Sqlite
            ? "SELECT m.name || '.' || c.name AS \"Value\" FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' " +
                "AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name NOT LIKE '!_!_EF%' ESCAPE '!'"
            : "SELECT table_name || '.' || column_name AS \"Value\" FROM information_schema.columns WHERE table_schema = 'public' " +
                "AND table_name <> '__EFMigrationsHistory' AND NOT table_name = ANY ({0})";
#pragma warning disable EF1002 // Constants of this method.
        var there = await context.Database.SqlQueryRaw<string>(columns, [BackupTables.OfJobs.ToArray()]).ToListAsync();
#pragma warning restore EF1002
        Assert.Equal(
            there.Order(StringComparer.Ordinal),
            BackupTables.All.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c.Name}")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_written_meanwhile_is_in_it_whole_or_not_at_all()
    {
        using var end = new CancellationTokenSource();
        var writing = Task.Run(() => WritePairsAsync(end.Token));
        for (var i = 0; i < 5; i++)
        {
            var tables = (await CreateAsync(_host)).Tables;
            Assert.Equal(RowsOf(tables, "used_assertions"), RowsOf(tables, "idempotency_keys"));
        }

        await end.CancelAsync();
        Assert.True(await writing > 0);
    }

    [Fact]
    public async Task Other_secrets_are_named_and_nothing_is_changed()
    {
        var created = await CreateAsync(_host);
        using var copy = await TestDatabase.CreateAsync(kind);
        var before = await BackupCopies.TotalsAsync(copy);
        var random = SecretText.Decode(SecretText.New(), out _)!;
        var other = new SecretOptions { SecretKey = random, JwtSecret = BackupCopies.Secrets.JwtSecret };
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => RestoreAsync(created.Name, copy, other));
        Assert.Contains("SECRET_KEY", refused.Reasons[0], StringComparison.Ordinal);
        other = new SecretOptions { SecretKey = BackupCopies.Secrets.SecretKey, JwtSecret = random };
        refused = await Assert.ThrowsAsync<StartRefusedException>(() => RestoreAsync(created.Name, copy, other));
        Assert.Contains("JWT_SECRET", refused.Reasons[0], StringComparison.Ordinal);
        Assert.Equal(before, await BackupCopies.TotalsAsync(copy));
    }

    [Fact]
    public async Task A_damaged_one_changes_nothing()
    {
        var created = await CreateAsync(_host);
        var path = Path.Combine(_folder.FullName, created.Name);
        var bytes = await File.ReadAllBytesAsync(path);
        using var copy = await TestDatabase.CreateAsync(kind);
        await RestoreAsync(created.Name, copy);
        var before = await BackupCopies.TotalsAsync(copy);
        byte[] changed = [.. bytes[..^100], (byte)~bytes[^100], .. bytes[^99..]];
        foreach (var (damaged, fault) in new[] { (changed, BackupFault.DamagedChunk), (bytes[..^1], BackupFault.Truncated) })
        {
            var refused = await Assert.ThrowsAsync<BackupRefusedException>(
                () => BackupCopies.RestoreAsync(new MemoryStream(damaged), copy));
            Assert.Equal(fault, refused.Fault);
            Assert.Equal(before, await BackupCopies.TotalsAsync(copy));
        }
    }

    [Fact]
    public async Task A_backup_shows_no_name_no_address_and_no_secret()
    {
        await UseAsync();
        var created = await CreateAsync(_host);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, created.Name));
        foreach (var text in new[] { "alice", "example.test", "argon2id", "user_sessions", AuthServerHost.SecretKey, BackupCopies.Key })
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) < 0, text);
        Assert.True(bytes.AsSpan().IndexOf(BackupCopies.Options.Key) < 0);
    }

    private static long RowsOf(IEnumerable<TableTotal> tables, string name) => tables.Single(t => t.Table == name).Rows;

    private Task<CreatedBackup> CreateAsync(AuthServerHost host) =>
        host.Services.GetRequiredService<BackupCreation>().RunAsync(Place, name: null, progress: null, CancellationToken.None);

    private async Task<BackupContent> VerifyAsync(string name)
    {
        await using var stream = await Place.OpenAsync(name, CancellationToken.None);
        return await BackupReading.VerifyAsync(stream, BackupCopies.Options.RequireKeys(), progress: null, CancellationToken.None);
    }

    private async Task RestoreAsync(string name, TestDatabase into, SecretOptions? secrets = null)
    {
        await using var stream = await Place.OpenAsync(name, CancellationToken.None);
        await BackupCopies.RestoreAsync(stream, into, secrets);
    }

    /// <summary>People sign in, apps get tokens, and the tables that no flow fills get rows.</summary>
    private async Task UseAsync()
    {
        var browser = _host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Patient(_host.Issuer);
        await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        await browser.AuthorizeAsync(app);
        await using var db = _host.Database.OpenContext();
        var (user, role) = (await db.Users.FirstAsync(u => u.Email == Seed.Alice.Email), await db.Roles.FirstAsync());
        // Unusual texts, in a form that PostgreSQL does not keep.
        user.FirstName = "Zoë \u202e👩‍💻 \"',;\\\n\t";
        user.LastName = "";
        user.Claims = """{ "zoneinfo": "Europe/Vienna", "address": {"region": "é", "locality": "\u00fc"}, "n": 1.50e1 }""";
        db.RoleClaims.Add(new() { RoleId = role.Id, ClaimType = "type", ClaimValue = null });
        db.UserClaims.Add(new() { UserId = user.Id, ClaimType = "type", ClaimValue = "value" });
        db.UserLogins.Add(new() { UserId = user.Id, LoginProvider = "other", ProviderKey = "key" });
        db.UserTokens.Add(new IdentityUserToken<Guid> { UserId = user.Id, LoginProvider = "other", Name = "name", Value = "value" });
        var later = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1);
        db.Proofs.Add(new() { Id = user.Id, UserId = user.Id, Email = user.Email!, CodeHash = "c", LinkHash = "l", CreatedAt = later,
            ExpiresAt = later });
        db.RecoveryCodes.Add(new() { Id = user.Id, UserId = user.Id, CodeHash = "c", CreatedAt = later });
        db.RememberedDevices.Add(new() { Id = user.Id, UserId = user.Id, TokenHash = "t", SecurityStamp = "s", CreatedAt = later,
            LastUsedAt = later, ExpiresAt = later });
        db.Passkeys.Add(new() { Id = user.Id, UserId = user.Id, CredentialId = [1], PublicKey = [2], Name = "key", CreatedAt = later });
        db.ProfilePictures.Add(new() { UserId = user.Id, Name = "name", Content = [0xff, 0xd8, 0xff], CreatedAt = later });
        db.Mails.Add(new() { Id = user.Id, Kind = "test", SealedLetter = [1], State = MailState.Sent, NextAttemptAt = later,
            CreatedAt = later, ExpiresAt = later });
        var client = await db.Clients.Select(c => c.Id).FirstAsync();
        db.PendingAuthorizations.Add(new() { Id = user.Id, Kind = PendingKind.Device, ClientRowId = client, SecretHash = "s",
            UserCodeHash = "u", Request = "{}", CreatedAt = later, ExpiresAt = later });
        db.LogoutNotices.Add(new() { Id = user.Id, ClientId = "web", SessionId = user.Id, LogoutUri = "https://a.example",
            SigningAlg = "RS256", State = LogoutNoticeState.Failed, NextAttemptAt = later, CreatedAt = later, ExpiresAt = later });
        await db.SaveChangesAsync();
    }

    private async Task<int> WritePairsAsync(CancellationToken end)
    {
        var pairs = 0;
        while (!end.IsCancellationRequested)
        {
            await using var db = _host.Database.OpenContext();
            var (id, later) = (Guid.CreateVersion7().ToString("N"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
            db.UsedAssertions.Add(new UsedAssertion { Id = id, ExpiresAt = later });
            db.IdempotencyKeys.Add(new IdempotencyKey { Id = id, Fingerprint = id, ExpiresAt = later });
            await db.SaveChangesAsync(CancellationToken.None);
            pairs++;
        }

        return pairs;
    }
}

public sealed class RoundTripOnSqliteTests() : RoundTripTests(DatabaseKind.Sqlite);

public sealed class RoundTripOnPostgresTests() : RoundTripTests(DatabaseKind.Postgres);
