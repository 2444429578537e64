using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Compares what clients hold with what the database has.</summary>
internal static class HeldSessions
{
    /// <summary>The rows of the client that the traffic uses.</summary>
    public static async Task<HashSet<Guid>> RowsAsync(TestDatabase database)
    {
        await using var context = database.OpenContext();
        return [.. await context.Sessions.Where(s => s.ClientId == "patient").Select(s => s.Id).ToListAsync()];
    }

    /// <summary>
    /// No session was lost, none that ended is there, and no row is there that no client knows, but for openings that got no answer.
    /// </summary>
    /// <param name="earlier">Rows from before the traffic.</param>
    public static async Task MatchAsync(TestDatabase database, Traffic traffic, IReadOnlySet<Guid>? earlier = null)
    {
        var rows = await RowsAsync(database);
        var known = traffic.Sessions.Select(s => s.Id).ToHashSet();
        Assert.Equal(traffic.Sessions.Count, known.Count);
        Assert.All(traffic.Sessions.Where(s => !s.IsEnding), s => Assert.Contains(s.Id, rows));
        Assert.All(traffic.Sessions.Where(s => s.IsEnded), s => Assert.DoesNotContain(s.Id, rows));
        var unknown = rows.Count(id => !known.Contains(id) && earlier?.Contains(id) != true);
        Assert.InRange(unknown, 0, traffic.UnansweredOpenings);
    }
}
