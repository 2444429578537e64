using AuthServer.Clients.Registration;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.UnitTests.Sessions;

/// <summary>When a client is used, and that one which nobody uses goes.</summary>
public sealed class UnusedClientTests : ClientRoomSteps
{
    [Fact]
    public async Task However_many_there_are_the_job_reads_a_batch_at_a_time()
    {
        const int Count = (2 * UnusedClientJob.BatchSize) + 1;
        var old = new[] { 0, UnusedClientJob.BatchSize, Count - 1 };
        await AddAsync(Enumerable.Range(0, Count).Select(i => Registered(i, Now - TimeSpan.FromDays(old.Contains(i) ? 31 : 1))));
        await UseAsync("c7", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.Equal(old.Length, await RunAsync());
        // The read that finds the end counts too.
        Assert.InRange(Database.LargestRead, 2, UnusedClientJob.BatchSize + 1);
        Assert.Equal(Count - old.Length, await CountAsync());
        // Each use is noted, in whichever batch it is.
        await UseAsync("c399", TokenTypeIdentifiers.Private.AuthorizationCode);
        await RunAsync();
        foreach (var used in new[] { "c7", "c399" })
        {
            var row = await Database.DbAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == used));
            Assert.Equal(Now, RegistrationState.Read(row.Properties)!.UsedAt);
        }
    }

    /// <summary>Anybody can push requests for a public client.</summary>
    [Fact]
    public async Task A_pushed_request_is_no_use_of_a_client()
    {
        await AddAsync([Registered(0, Now - TimeSpan.FromDays(31)), Registered(1, Now - TimeSpan.FromDays(31))]);
        await UseAsync("c0", TokenTypeIdentifiers.Private.RequestToken);
        await UseAsync("c1", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.Equal(1, await RunAsync());
        Assert.Equal(["c1"], await IdsAsync());
    }

    /// <summary>Between the statement that chooses it and its end, which waits for whoever writes a code.</summary>
    [Fact]
    public async Task One_that_somebody_has_begun_to_use_meanwhile_stays()
    {
        await AddAsync(Enumerable.Range(0, 2).Select(i => Registered(i, Now)));
        await UseAsync("c0", TokenTypeIdentifiers.Private.AuthorizationCode);
        Assert.False(await DeleteAsync("c0"));
        Assert.True(await DeleteAsync("c1"));
        Assert.True(await DeleteAsync("c2"));
        Assert.Equal(["c0"], await IdsAsync());
    }

    /// <summary>Room is made, and unused clients are looked for, in transactions that write.</summary>
    [Fact]
    public async Task Whether_a_client_is_used_is_asked_of_an_index()
    {
        var plan = await Database.DbAsync(db => PlanAsync(db, db.Clients.Unused(db)));
        Assert.Contains(plan, step => step.Contains("USING INDEX idx_sessions_client_id", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN u", StringComparison.Ordinal));
        // That it can fail.
        var scan = await Database.DbAsync(db => PlanAsync(db, db.Clients.Where(c => db.Sessions.Any(s => s.Scopes == c.ClientId))));
        Assert.Contains(scan, step => step.StartsWith("SCAN u", StringComparison.Ordinal));
    }
}
