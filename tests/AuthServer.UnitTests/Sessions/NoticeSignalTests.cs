using AuthServer.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Sessions;

/// <summary>How the delivery of an outbox waits.</summary>
public sealed class NoticeSignalTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>The moment to look again may pass while the database is asked; an exception here would stop the server.</summary>
    [Theory]
    [InlineData(-0.5)]
    [InlineData(-20)]
    [InlineData(-60_000)]
    [InlineData(0)]
    public async Task A_moment_that_is_over_is_not_waited_for(double milliseconds)
    {
        var signal = new NoticeSignal(_time);
        Assert.False(await signal.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), default).WaitAsync(TimeSpan.FromSeconds(30)));
        signal.Wake();
        Assert.True(await signal.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), default).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Another_one_is()
    {
        var signal = new NoticeSignal(_time);
        var waiting = signal.WaitAsync(TimeSpan.FromSeconds(2), default);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
