using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Sessions;

/// <summary>The purge: everything that has expired and nothing else, on several nodes at once, beside sign-ins.</summary>
public abstract class PurgeTests(HostFixture fixture)
{
    [Fact]
    public async Task Several_purges_at_once_delete_every_expired_row_once_and_no_living_one()
    {
        const int Rows = 2600;
        var past = DateTime.UnixEpoch.AddYears(50);
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            for (var i = 0; i < Rows; i++)
            {
                // Children stand in expired and in living parents, and expire together with them.
                var parent = Session(SessionKind.Browser, past.AddSeconds(i % 40));
                var child = Session(SessionKind.Client, i % 10 == 0 ? DateTime.UnixEpoch.AddYears(200) : parent.ExpiresAt);
                child.ParentId = parent.Id;
                db.Sessions.AddRange(parent, child);
            }

            db.UsedAssertions.AddRange(Enumerable.Range(0, 700).Select(i => new UsedAssertion { Id = $"old {i}", ExpiresAt = past }));
            db.UsedAssertions.Add(new UsedAssertion { Id = "living", ExpiresAt = DateTime.UnixEpoch.AddYears(200) });
            db.IdempotencyKeys.AddRange(
                Enumerable.Range(0, 700).Select(i => new IdempotencyKey { Id = $"old {i}", Fingerprint = "", ExpiresAt = past }));
            db.IdempotencyKeys.Add(new IdempotencyKey { Id = "living", Fingerprint = "", ExpiresAt = DateTime.UnixEpoch.AddYears(200) });
            return await db.SaveChangesAsync();
        });

        var purged = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(PurgeAsync)));

        Assert.Equal((2 * Rows) - (Rows / 10), purged.Sum(p => p.Sessions));
        Assert.Equal((700, 700), (purged.Sum(p => p.Assertions), purged.Sum(p => p.IdempotencyKeys)));
        var living = await fixture.Host.WithDatabaseAsync(db => db.Sessions.AsNoTracking().ToListAsync());
        Assert.Equal(Rows / 10, living.Count);
        Assert.All(living, row => Assert.Null(row.ParentId));
        // Another test of this class has left one that has just expired.
        Assert.Equal("living", (await fixture.Host.WithDatabaseAsync(
            db => db.UsedAssertions.SingleAsync(a => a.Id == "living" || a.ExpiresAt <= past))).Id);
        Assert.Equal("living", (await fixture.Host.WithDatabaseAsync(db => db.IdempotencyKeys.SingleAsync())).Id);
        await fixture.Host.WithDatabaseAsync(db => db.Sessions.ExecuteDeleteAsync());
    }

    /// <summary>OpenID Connect Back-Channel Logout 1.0 section 2.3: the sign-out there tells its client too.</summary>
    [Fact]
    public async Task A_client_session_that_has_run_out_stays_while_its_browser_session_goes_on()
    {
        var (past, future) = (DateTime.UnixEpoch.AddYears(50), DateTime.UnixEpoch.AddYears(200));
        UserSession living = Session(SessionKind.Browser, future), ended = Session(SessionKind.Browser, past);
        UserSession kept = Session(SessionKind.Client, past), gone = Session(SessionKind.Client, past);
        (kept.ParentId, gone.ParentId) = (living.Id, ended.Id);
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Sessions.AddRange(living, ended, kept, gone, Session(SessionKind.Client, past));
            return db.SaveChangesAsync();
        });
        Assert.Equal(3, (await PurgeAsync()).Sessions);
        var left = await fixture.Host.WithDatabaseAsync(db => db.Sessions.Select(s => s.Id).ToListAsync());
        Assert.Equal(new[] { living.Id, kept.Id }.Order(), left.Order());

        await fixture.Host.WithDatabaseAsync(db => db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(s => s.ExpiresAt, past)));
        Assert.Equal(2, (await PurgeAsync()).Sessions);
    }

    /// <summary>RFC 7523 section 3, number 7; RFC 9449 section 11.1: also where it is sent at the moment of its end.</summary>
    [Fact]
    public async Task What_counts_once_is_remembered_for_a_while_after_it_has_expired()
    {
        var used = fixture.Host.Services.GetRequiredService<AuthServer.Data.Sql.UsedOnce>();
        var (name, end) = (Guid.CreateVersion7().ToByteArray(), fixture.Host.Now.UtcDateTime);
        Assert.True(await used.TryAsync(name, end, default));
        await PurgeAsync();
        Assert.False(await used.TryAsync(name, end, default));
    }

    [Fact]
    public async Task A_withdrawn_approval_goes_after_two_weeks_and_a_standing_one_stays()
    {
        var now = fixture.Host.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var (old, fresh, standing) = (
            Approval("revoked", now.AddDays(-15)), Approval("revoked", now.AddDays(-13)), Approval("valid", now.AddDays(-400)));
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Authorizations.AddRange(old, fresh, standing);
            return db.SaveChangesAsync();
        });
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.Equal(1, await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeApprovalsAsync(default));
        Guid[] left = await fixture.Host.WithDatabaseAsync(db => db.Authorizations.Select(a => a.Id).ToArrayAsync());
        Assert.Equal(new[] { fresh.Id, standing.Id }.Order(), left.Order());
    }

    [Fact]
    public async Task A_cancelled_purge_stops_between_two_batches()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(stop.Token));
    }

    private async Task<Purged> PurgeAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default);
    }

    private static UserSession Session(SessionKind kind, DateTime end) =>
        new() { Id = Guid.CreateVersion7(), Kind = kind, TokenHash = TokenHash.OfNothing(), ExpiresAt = end };

    private static AuthServer.Data.Entities.Authorization Approval(string status, DateTime created) =>
        new() { Id = Guid.CreateVersion7(), Status = status, Type = "permanent", CreationDate = created };
}

public sealed class PurgeOnSqliteTests(RealTimeSqliteHost fixture) : PurgeTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class PurgeOnPostgresTests(RealTimePostgresHost fixture) : PurgeTests(fixture), IClassFixture<RealTimePostgresHost>;

/// <summary>A million expired rows, two purges at once, and people who sign in meanwhile.</summary>
public sealed class GreatPurgeTests(RealTimePostgresHost fixture, ITestOutputHelper output) : IClassFixture<RealTimePostgresHost>
{
    private const int Expired = 1_000_000, Living = 2_000;

    [Fact]
    public async Task A_million_expired_rows_go_while_people_sign_in()
    {
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            db.Database.SetCommandTimeout(120);
            await db.Database.ExecuteSqlRawAsync(
                $$"""
                INSERT INTO user_sessions (id, user_id, token_hash, expires_at, created_at, kind, client_id)
                SELECT gen_random_uuid(), NULL, md5(i::text), TIMESTAMP '2020-01-01' + i * INTERVAL '1 millisecond',
                    TIMESTAMP '2019-12-01', i % 2, NULL
                FROM generate_series(1, {{Expired}}) AS i;
                INSERT INTO user_sessions (id, user_id, token_hash, expires_at, kind, parent_id)
                SELECT gen_random_uuid(), NULL, md5(s.id::text), TIMESTAMP '2200-01-01', 1, s.id
                FROM user_sessions s WHERE s.kind = 0 LIMIT {{Living}};
                """);
            return 0;
        });
        var batches = 0L;
        using var listener = Listen(() => Interlocked.Increment(ref batches));

        var before = await SignInsAsync(TimeSpan.FromSeconds(4), default);
        using var over = new CancellationTokenSource();
        var during = SignInsAsync(TimeSpan.FromMinutes(3), over.Token);
        var clock = Stopwatch.StartNew();
        var purged = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(PurgeAsync)));
        var took = clock.Elapsed;
        await over.CancelAsync();
        var meanwhile = await during;

        output.WriteLine($"purged {purged[0].Sessions} + {purged[1].Sessions} in {took.TotalSeconds:F1} s, {batches} batches");
        output.WriteLine($"sign-ins before: {Describe(before)}; meanwhile: {Describe(meanwhile)}");
        Assert.Equal(Expired, purged.Sum(p => p.Sessions));
        Assert.True(purged.All(p => p.Sessions > Expired / 20), "Both worked.");
        Assert.InRange(batches, Expired / ExpiredRows.BatchSize, (Expired / ExpiredRows.BatchSize) + 50);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        Assert.Equal(0, await fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.ExpiresAt <= now)));
        Assert.Equal(Living, await fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.UserId == null
            && s.ParentId == null)));
        Assert.NotEmpty(meanwhile);
        // Generous, for a machine that others use too: a sign-in that waited for the purge as a whole would take much longer.
        Assert.True(meanwhile.Max() < TimeSpan.FromSeconds(8)
            && Median(meanwhile) < Median(before) * 10 + TimeSpan.FromSeconds(1), Describe(meanwhile));
    }

    private async Task<Purged> PurgeAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default);
    }

    /// <summary>One person after another, each with a browser of their own; every sign-in must succeed.</summary>
    private async Task<IReadOnlyCollection<TimeSpan>> SignInsAsync(TimeSpan length, CancellationToken stop)
    {
        var times = new ConcurrentBag<TimeSpan>();
        var all = Stopwatch.StartNew();
        while (all.Elapsed < length && !stop.IsCancellationRequested)
        {
            var browser = fixture.Host.NewBrowser();
            var one = Stopwatch.StartNew();
            var page = await browser.SignInAsync(Seed.Bob);
            times.Add(one.Elapsed);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains(browser.Cookies.GetAllCookies(), c => c.Name == "__Host-authplatform-session");
            // A person comes now and then; without a pause the hashing alone would fill a processor.
            await Task.Delay(200, CancellationToken.None);
        }

        return times;
    }

    private static MeterListener Listen(Action onBatch)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == AuthMeter.Name && instrument.Name == "authplatform.purge.batches")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags.Length == 1 && tags[0].Value is "user_sessions") onBatch();
        });
        listener.Start();
        return listener;
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times) =>
        times.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : TimeSpan.Zero;

    private static string Describe(IReadOnlyCollection<TimeSpan> times) =>
        $"{times.Count}, median {Median(times).TotalMilliseconds:F0} ms, longest {times.Max().TotalMilliseconds:F0} ms";
}
