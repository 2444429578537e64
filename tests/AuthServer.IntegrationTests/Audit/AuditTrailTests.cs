using System.Net;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Audit;

/// <summary>
/// Every act that changes an account or opens or ends a session leaves its row, in the same transaction and without a secret.
/// </summary>
public abstract class AuditTrailTests(AuditTrailTests.Host fixture)
{
    [Fact]
    public async Task Every_act_leaves_its_row_with_who_and_from_where_and_never_a_secret()
    {
        var secrets = new List<string> { "Brand-New-Pass-91!", Seed.Alice.Password, "web-secret-3kq9vX7nTzLw2RbY8mHdJf5pQ2" };
        var (web, third) = (Seed.Web(fixture.Issuer), Seed.ThirdParty(fixture.Issuer));

        await NewRowsAsync();
        var newcomer = fixture.Host.NewBrowser();
        var email = $"{Guid.CreateVersion7():N}@example.test";
        await newcomer.SubmitAsync(
            await newcomer.OpenAsync("/signup"), "/signup", ("email", email), ("password", secrets[0]), ("first_name", "New"));
        await ExpectAsync((AuditKinds.UserCreated, "signed up"), (AuditKinds.SessionOpened, "browser pwd"));

        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        secrets.Add(browser.Cookies.GetAllCookies().Single(c => c.Name == "__Host-authplatform-session").Value);
        await ExpectAsync((AuditKinds.SessionOpened, "browser pwd"));

        var asked = await browser.AuthorizeAsync(third, "openid email");
        await ExpectAsync((AuditKinds.ConsentGiven, "openid email"));
        secrets.Add(asked.Code);
        var online = await third.RedeemCodeAsync(asked);
        secrets.Add(online.AccessToken);
        await ExpectAsync((AuditKinds.SessionOpened, "online"));
        await third.RedeemCodeAsync(asked);
        await ExpectAsync((AuditKinds.SessionEnded, "authorization code used twice"));

        var offline = await web.RedeemCodeAsync(await browser.AuthorizeAsync(web, "openid offline_access"));
        var rotated = await web.RefreshAsync(offline.RefreshToken);
        secrets.AddRange([offline.RefreshToken, rotated.RefreshToken]);
        await ExpectAsync((AuditKinds.SessionOpened, "offline"));
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("invalid_grant", (await web.RefreshAsync(offline.RefreshToken)).Error);
        await ExpectAsync((AuditKinds.SessionEnded, "refresh token used after rotation"));

        var revoked = await web.RedeemCodeAsync(await browser.AuthorizeAsync(web, "openid offline_access"));
        await web.RevokeAsync(revoked.RefreshToken);
        await ExpectAsync((AuditKinds.SessionOpened, "offline"), (AuditKinds.SessionEnded, "revoked"));

        await web.RedeemCodeAsync(await browser.AuthorizeAsync(web));
        await browser.SignInAsync(Seed.Bob.Email, Seed.Bob.Password, page: await browser.OpenAsync("/signin?prompt=login"));
        await ExpectAsync((AuditKinds.SessionOpened, "online"), (AuditKinds.SessionOpened, "browser pwd"),
            (AuditKinds.SessionEnded, "switched to another account"), (AuditKinds.SessionEnded, "switched to another account"));
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        await ExpectAsync((AuditKinds.SessionEnded, "signed out"));

        var rows = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.AsNoTracking().ToListAsync());
        var text = JsonSerializer.Serialize(rows);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(JsonSerializer.Serialize(secret).Trim('"'), text, StringComparison.Ordinal);
            Assert.DoesNotContain(AuthServer.Sessions.TokenHash.Of(secret), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_act_whose_row_cannot_be_written_does_not_happen()
    {
        var spa = Seed.Spa(fixture.Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var code = await browser.AuthorizeAsync(spa, "openid offline_access");
        var standing = await spa.RedeemCodeAsync(await browser.AuthorizeAsync(spa, "openid offline_access"));
        var signOut = await browser.OpenAsync("/signout");
        var (newcomer, other) = (fixture.Host.NewBrowser(), fixture.Host.NewBrowser());
        var signUp = await newcomer.OpenAsync("/signup");
        var email = $"{Guid.CreateVersion7():N}@example.test";
        var sessions = await SessionsAsync();

        await BreakAsync(true);
        try
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await other.SignInAsync(Seed.Bob)).Status);
            Assert.Equal(HttpStatusCode.InternalServerError,
                (await newcomer.SubmitAsync(signUp, "/signup", ("email", email), ("password", "Brand-New-Pass-91!"))).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await spa.RedeemCodeAsync(code)).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await spa.RevokeAsync(standing.RefreshToken)).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await browser.SubmitAsync(signOut, "/signout")).Status);
        }
        finally
        {
            await BreakAsync(false);
        }

        Assert.Equal(sessions, await SessionsAsync());
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == email)));
        Assert.True((await spa.RefreshAsync(standing.RefreshToken)).IsOk);
        // Not even the code is used up.
        Assert.True((await spa.RedeemCodeAsync(code)).IsOk);
    }

    /// <summary>The rows since the last call, in any order; each with address, agent and reference.</summary>
    private async Task ExpectAsync(params (string Kind, string Detail)[] expected)
    {
        var rows = await NewRowsAsync();
        Assert.Equal(expected.Order(), rows.Select(r => (r.Kind, r.Detail!)).Order());
        foreach (var row in rows)
        {
            Assert.NotNull(row.SubjectId);
            Assert.Equal(row.SubjectId, row.ActorId);
            Assert.Equal("127.0.0.1", row.IpAddress);
            Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{4}$", row.Reference!);
            if (row.Kind.StartsWith("session.", StringComparison.Ordinal)) Assert.NotNull(row.SessionId);
        }
    }

    /// <summary>Without those of the seed, which had no request, and without refusals.</summary>
    private async Task<List<AuditEvent>> NewRowsAsync() => await fixture.Host.WithDatabaseAsync(async db =>
    {
        var all = await db.AuditEvents.AsNoTracking().Where(e => !e.Kind.StartsWith("refused.")).ToListAsync();
        return all.Where(e => fixture.Seen.Add(e.Id)).Where(e => e.Reference is not null).ToList();
    });

    private async Task<List<(Guid, string)>> SessionsAsync() => await fixture.Host.WithDatabaseAsync(async db =>
        (await db.Sessions.AsNoTracking().OrderBy(s => s.Id).Select(s => new { s.Id, s.TokenHash }).ToListAsync())
            .Select(s => (s.Id, s.TokenHash)).ToList());

    /// <summary>A trail that cannot be written: the database itself refuses its rows.</summary>
    private async Task BreakAsync(bool broken) =>
        await fixture.Host.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync((db.Database.IsNpgsql(), broken) switch
    {
        (true, true) => "ALTER TABLE audit_events ADD CONSTRAINT broken CHECK (false) NOT VALID",
        (true, false) => "ALTER TABLE audit_events DROP CONSTRAINT broken",
        (false, true) =>
            "CREATE TRIGGER broken BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'The audit trail cannot be written.'); END",
        (false, false) => "DROP TRIGGER broken",
    }));

    public abstract class Host(DatabaseKind kind) : HostFixture(kind)
    {
        public HashSet<Guid> Seen { get; } = [];
    }
}

public sealed class AuditTrailOnSqliteTests(
    AuditTrailOnSqliteTests.SqliteAudit fixture) : AuditTrailTests(fixture), IClassFixture<AuditTrailOnSqliteTests.SqliteAudit>
{
    public sealed class SqliteAudit() : Host(DatabaseKind.Sqlite);
}

public sealed class AuditTrailOnPostgresTests(
    AuditTrailOnPostgresTests.PostgresAudit fixture) : AuditTrailTests(fixture), IClassFixture<AuditTrailOnPostgresTests.PostgresAudit>
{
    public sealed class PostgresAudit() : Host(DatabaseKind.Postgres);
}
