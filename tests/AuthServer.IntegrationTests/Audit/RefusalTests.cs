using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthServer.IntegrationTests.Audit;

/// <summary>Refusals leave one audit row per kind, address and minute, however many there are.</summary>
public abstract class RefusalTests(HostFixture fixture)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task A_guesser_leaves_one_row_a_minute_that_counts()
    {
        await StartMinuteAsync();
        for (var i = 0; i < 7; i++) await fixture.Host.NewBrowser().SignInAsync(Seed.Alice.Email, "wrong-password");
        await (Seed.Web(fixture.Issuer) with { Secret = "guess" }).RefreshAsync("forged");
        await Seed.Spa(fixture.Issuer).RefreshAsync("forged");
        await Seed.Spa(fixture.Issuer).UserInfoAsync("forged.bearer.token");

        var row = await RowAsync(RefusalKinds.SignInFailed, "7 in this minute");
        Assert.Equal(("127.0.0.1", null, null), (row.IpAddress, row.ActorId, row.SubjectId));
        Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{4}$", row.Reference!);
        await RowAsync(RefusalKinds.InvalidClient, "1 in this minute");
        await RowAsync(RefusalKinds.InvalidGrant, "1 in this minute");
        await RowAsync(RefusalKinds.ForgedBearer, "1 in this minute");

        for (var i = 0; i < 3; i++) await fixture.Host.NewBrowser().SignInAsync("nobody@example.test", "wrong-password");
        Assert.Equal(row.Id, (await RowAsync(RefusalKinds.SignInFailed, "10 in this minute")).Id);

        await StartMinuteAsync();
        await fixture.Host.NewBrowser().SignInAsync(Seed.Alice.Email, "wrong-password");
        Assert.NotEqual(row.Id, (await RowAsync(RefusalKinds.SignInFailed, "1 in this minute")).Id);
    }

    [Fact]
    public async Task Ten_thousand_addresses_in_a_minute_leave_two_hundred_rows_and_one_for_the_rest()
    {
        await StartMinuteAsync();
        var refusals = fixture.Host.Services.GetRequiredService<Refusals>();
        for (var i = 0; i < 10_000; i++) refusals.Record("refused.test", new Caller($"10.1.{i / 256}.{i % 256}", "agent", "AAAA-BBBB"));
        for (var i = 0; i < 500; i++) refusals.Record("refused.test6", new Caller($"2001:db8::{i:x}", "agent", "AAAA-BBBB"));

        await RowAsync("refused.test", $"{10_000 - Refusals.MostAddresses} in this minute");
        var rows = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.Where(e => e.Kind == "refused.test").ToListAsync());
        Assert.Equal(Refusals.MostAddresses + 1, rows.Count);
        Assert.Single(rows, row => row.IpAddress is null);
        // One network of IPv6 is one caller; here it came after the others.
        Assert.Single(await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.Where(e => e.Kind == "refused.test6").ToListAsync()));
    }

    [Fact]
    public async Task What_was_gathered_is_written_when_the_server_stops()
    {
        // Of one minute only so many rows name an address, and the other tests of this class have used them up.
        await StartMinuteAsync();
        var writer = fixture.Host.Services.GetServices<IHostedService>().OfType<RefusalWriter>().Single();
        fixture.Host.Services.GetRequiredService<Refusals>().Record("refused.last", new Caller("192.0.2.77", null, "AAAA-BBBB"));
        await writer.StopAsync(default);
        Assert.Equal(
            "192.0.2.77", (await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.SingleAsync(e => e.Kind == "refused.last")))
                .IpAddress);
        await writer.StartAsync(default);
    }

    private async Task StartMinuteAsync()
    {
        var now = fixture.Time.GetUtcNow();
        fixture.Time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerMinute - (now.UtcTicks % TimeSpan.TicksPerMinute)));
        await Task.Yield();
    }

    /// <summary>The newest row of the kind, once the writer has got to this count.</summary>
    private async Task<AuditEvent> RowAsync(string kind, string detail)
    {
        var writer = fixture.Host.Services.GetServices<IHostedService>().OfType<RefusalWriter>().Single();
        // A few seconds of the server's clock wake the writer; they stay within the minute.
        fixture.Time.Advance(Interval);
        List<AuditEvent> rows = [];
        await Eventually.UntilAsync($"there is a {kind} with \"{detail}\"", async () =>
        {
            Assert.False(writer.ExecuteTask!.IsCompleted);
            rows = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.AsNoTracking()
                .Where(e => e.Kind == kind).OrderByDescending(e => e.OccurredAt).ToListAsync());
            return rows.Exists(e => e.Detail == detail);
        }, () => string.Join("; ", rows.Select(e => e.Detail)));
        return rows.First(e => e.Detail == detail);
    }
}

public sealed class RefusalOnSqliteTests(SqliteHost fixture) : RefusalTests(fixture), IClassFixture<SqliteHost>;

public sealed class RefusalOnPostgresTests(PostgresHost fixture) : RefusalTests(fixture), IClassFixture<PostgresHost>;
