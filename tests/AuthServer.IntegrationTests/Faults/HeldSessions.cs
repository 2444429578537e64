using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Compares what clients hold with what the database has.</summary>
internal static class HeldSessions
{
    /// <summary>No session was lost, and none was doubled: each has one row.</summary>
    /// <param name="unknown">How many requests to open or end one got no answer.</param>
    public static async Task MatchAsync(TestDatabase database, Traffic traffic, int unknown = 0)
    {
        await using var context = database.OpenContext();
        var rows = await context.Sessions.CountAsync(s => s.ClientId == "patient");
        var held = traffic.Sessions.Count(s => !s.IsEnding);
        var unsure = traffic.Sessions.Count(s => s is { IsEnding: true, IsEnded: false }) + unknown;
        Assert.InRange(rows, held, held + unsure);
    }
}
