using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Sessions;

/// <summary>A person has so many sessions at most, and the audit trail so many days.</summary>
public abstract class SessionLimitTests(SessionLimitTests.Limited fixture)
{
    private const int Limit = 20, Days = 30;

    [Fact]
    public async Task Whoever_opens_more_sessions_than_allowed_loses_those_unused_for_longest()
    {
        var api = new ApiCaller(fixture.Issuer);
        var first = await api.LoginAsync(Seed.Bob);
        var second = await api.LoginAsync(Seed.Bob);
        // The first is used later than the second.
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        first = await api.RefreshAsync(first.RefreshToken);
        var last = first;
        for (var i = 0; i < 3 * Limit; i++)
        {
            fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
            last = await api.LoginAsync(Seed.Bob);
        }

        await TrimmedAsync(Limit + SessionOpeningCounter.Step - 1);
        Assert.Equal(HttpStatusCode.OK, (await api.RefreshAsync(last.RefreshToken)).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await api.RefreshAsync(second.RefreshToken)).Status);
        // The check of all people leaves exactly as many, and the audit trail says why the others ended.
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAllAsync(default);
        Assert.Equal(Limit, await CountAsync());
        Assert.Equal((3 * Limit) + 2 - Limit, await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.CountAsync(e =>
            e.Detail == "too many sessions" && e.Kind == "session.ended"
                && db.Users.Any(u => u.Id == e.SubjectId && u.Email == Seed.Bob.Email))));
    }

    [Fact]
    public async Task The_sessions_that_were_used_last_are_kept_however_old_they_are()
    {
        var person = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Carol.Email));
        var start = fixture.Time.GetUtcNow().UtcDateTime;
        var rows = Enumerable.Range(0, Limit + 5).Select(i => new UserSession
        {
            Id = Guid.CreateVersion7(),
            UserId = person.Id,
            TokenHash = "",
            Kind = SessionKind.Client,
            CreatedAt = start.AddMinutes(i),
            // The oldest three were used after all others were opened; one row of another program knows no use.
            LastSeenAt = i < 3 ? start.AddDays(1) : i == 10 ? null : start.AddMinutes(i),
            ExpiresAt = start.AddDays(30),
        }).ToList();
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Sessions.AddRange(rows);
            return db.SaveChangesAsync();
        });
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.Equal(5, await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAsync(person.Id, default));
        var left = await fixture.Host.WithDatabaseAsync(
            db => db.Sessions.Where(s => s.UserId == person.Id).Select(s => s.Id).ToListAsync());
        Assert.Equal(rows.Where((_, i) => i is < 3 or >= 8).Select(r => r.Id).Order(), left.Order());
    }

    /// <summary>RFC 7523: a client opens such sessions without the person.</summary>
    [Fact]
    public async Task What_apps_open_by_assertions_pushes_out_no_session_that_a_person_has_signed_in_to()
    {
        var person = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email));
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        UserSession[] rows =
        [
            .. Enumerable.Range(0, Limit).Select(i => Row(now.AddDays(-1).AddMinutes(i), now.AddDays(-1))),
            .. Enumerable.Range(0, Limit + 3).Select(i => Row(now.AddMinutes(i), signedIn: null)),
        ];
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Sessions.AddRange(rows);
            return db.SaveChangesAsync();
        });
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.Equal(3, await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAsync(person.Id, default));
        var left = await fixture.Host.WithDatabaseAsync(
            db => db.Sessions.Where(s => s.UserId == person.Id).Select(s => s.Id).ToListAsync());
        Assert.Equal(rows.Where((_, i) => i is < Limit or >= Limit + 3).Select(r => r.Id).Order(), left.Order());

        UserSession Row(DateTime opened, DateTime? signedIn) => new()
        {
            Id = Guid.CreateVersion7(), UserId = person.Id, TokenHash = "", Kind = SessionKind.Client, ClientId = "web", CreatedAt = opened,
            LastSeenAt = opened, AuthTime = signedIn, ExpiresAt = now.AddDays(30),
        };
    }

    /// <summary>It stays while its browser session goes on (ExpiredRows.cs).</summary>
    [Fact]
    public async Task What_has_run_out_takes_the_place_of_nothing_that_stands()
    {
        var person = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Carol.Email));
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.UserId == person.Id).ExecuteDeleteAsync());
        UserSession[] rows =
        [
            .. Enumerable.Range(0, Limit).Select(i => Row(now.AddDays(-1).AddMinutes(i), now.AddDays(30))),
            .. Enumerable.Range(0, 3).Select(i => Row(now.AddMinutes(i), now.AddSeconds(-1))),
        ];
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Sessions.AddRange(rows);
            return db.SaveChangesAsync();
        });
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.Equal(3, await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAsync(person.Id, default));
        var left = await fixture.Host.WithDatabaseAsync(
            db => db.Sessions.Where(s => s.UserId == person.Id).Select(s => s.Id).ToListAsync());
        Assert.Equal(rows.Take(Limit).Select(r => r.Id).Order(), left.Order());
        await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.UserId == person.Id).ExecuteDeleteAsync());

        UserSession Row(DateTime seen, DateTime end) => new()
        {
            Id = Guid.CreateVersion7(), UserId = person.Id, TokenHash = "", Kind = SessionKind.Client, ClientId = "web", CreatedAt = seen,
            LastSeenAt = seen, AuthTime = seen, ExpiresAt = end,
        };
    }

    [Fact]
    public async Task The_audit_trail_forgets_after_the_days_of_its_setting()
    {
        var now = fixture.Time.GetUtcNow().UtcDateTime;
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.AuditEvents.AddRange(Enumerable.Range(0, 700).Select(i => Event("old", now.AddDays(-Days).AddSeconds(-i))));
            db.AuditEvents.Add(Event("young", now.AddDays(-Days).AddMinutes(1)));
            return db.SaveChangesAsync();
        });
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.Equal(700, (await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default)).AuditEvents);
        Assert.Equal("young", await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.Where(e => e.Kind == "old"
            || e.Kind == "young").Select(e => e.Kind).SingleAsync()));
    }

    private static AuditEvent Event(string kind, DateTime at) => new() { Id = Guid.CreateVersion7(), Kind = kind, OccurredAt = at };

    private Task<int> CountAsync() => fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.User!.Email == Seed.Bob.Email));

    /// <summary>A few seconds of the server's clock wake the check.</summary>
    private async Task TrimmedAsync(int most)
    {
        var looks = 0;
        await Eventually.UntilAsync($"at most {most} sessions are left", async () =>
        {
            if (looks++ % 20 == 0) fixture.Time.Advance(TimeSpan.FromSeconds(6));
            return await CountAsync() <= most;
        });
    }

    public abstract class Limited(DatabaseKind kind) : HostFixture(kind)
    {
        protected override HostSetup Prepare(HostSetup setup) => setup with
        {
            Settings = new Dictionary<string, string> { ["SESSIONS_PER_PERSON"] = $"{Limit}", ["AUDIT_RETENTION"] = $"{Days}" },
        };
    }
}

public sealed class SessionLimitOnSqliteTests(SessionLimitOnSqliteTests.LimitedSqlite fixture)
    : SessionLimitTests(fixture), IClassFixture<SessionLimitOnSqliteTests.LimitedSqlite>
{
    public sealed class LimitedSqlite() : Limited(DatabaseKind.Sqlite);
}

public sealed class SessionLimitOnPostgresTests(SessionLimitOnPostgresTests.LimitedPostgres fixture)
    : SessionLimitTests(fixture), IClassFixture<SessionLimitOnPostgresTests.LimitedPostgres>
{
    public sealed class LimitedPostgres() : Limited(DatabaseKind.Postgres);
}
