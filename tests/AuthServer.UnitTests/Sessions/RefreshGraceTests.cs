using AuthServer.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Sessions;

/// <summary>RFC 9700 section 4.14.2 asks for reuse detection; the grace is the exception, and must stay small.</summary>
public sealed class RefreshGraceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private readonly RefreshGrace _grace = new(new FakeTimeProvider(Start));

    [Theory]
    // While the server runs: thirty seconds from the rotation.
    [InlineData(100, 129, true)]
    [InlineData(100, 130, false)]
    // It was down for a minute or for almost five: thirty seconds from its start.
    [InlineData(-60, 29, true)]
    [InlineData(-60, 30, false)]
    [InlineData(-299, 29, true)]
    // Long before: over.
    [InlineData(-300, 0, false)]
    [InlineData(-86400, 1, false)]
    public void It_counts_from_the_rotation_or_from_a_start_shortly_after_it(int rotated, int now, bool covered) =>
        Assert.Equal(covered, _grace.Covers(Start.UtcDateTime.AddSeconds(rotated), Grace, Start.UtcDateTime.AddSeconds(now)));

    [Fact]
    public void A_session_that_never_rotated_has_no_previous_token() =>
        Assert.False(_grace.Covers(null, Grace, Start.UtcDateTime));
}
