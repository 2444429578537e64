using AuthServer.Clients.Directory;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Clients;

public sealed class TimedCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Callers_at_the_same_moment_share_one_read()
    {
        var gate = new TaskCompletionSource<string?>();
        var reads = 0;
        var cache = Cache(_ =>
        {
            Interlocked.Increment(ref reads);
            return gate.Task;
        });
        var callers = Enumerable.Range(0, 8).Select(_ => cache.FindAsync("a", default).AsTask()).ToList();
        gate.SetResult("value");
        Assert.All(await Task.WhenAll(callers), v => Assert.Equal("value", v));
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task One_caller_that_gives_up_does_not_stop_the_read_of_the_others()
    {
        var gate = new TaskCompletionSource<string?>();
        var cache = Cache(_ => gate.Task);
        using var giveUp = new CancellationTokenSource();
        var first = cache.FindAsync("a", giveUp.Token).AsTask();
        var second = cache.FindAsync("a", default).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult("value");
        Assert.Equal("value", await second);
    }

    [Fact]
    public async Task Made_up_keys_leave_no_trace()
    {
        var cache = Cache(_ => Task.FromResult<string?>(null));
        for (var i = 0; i < 100; i++) Assert.Null(await cache.FindAsync($"made up {i}", default));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public async Task The_number_of_entries_is_bounded()
    {
        var cache = Cache(key => Task.FromResult<string?>(key));
        for (var i = 0; i < 1000; i++) await cache.FindAsync($"key {i}", default);
        Assert.InRange(cache.Count, 1, 20);
    }

    [Fact]
    public async Task A_failed_read_is_told_and_tried_again_by_the_next_caller()
    {
        var reads = 0;
        var cache = Cache(_ => ++reads == 1 ? Task.FromException<string?>(new IOException("down")) : Task.FromResult<string?>("value"));
        await Assert.ThrowsAsync<IOException>(() => cache.FindAsync("a", default).AsTask());
        Assert.Equal("value", await cache.FindAsync("a", default));
    }

    [Fact]
    public async Task A_fleeting_value_is_for_those_alone_who_wait_for_it()
    {
        var gate = new TaskCompletionSource<string?>();
        var reads = 0;
        var cache = new TimedCache<string, string>(
            _time, TimeSpan.FromSeconds(10), capacity: 20, _ => ++reads == 1 ? gate.Task : Task.FromResult<string?>("kept"),
            isFleeting: value => value == "fleeting");
        var callers = Enumerable.Range(0, 3).Select(_ => cache.FindAsync("a", default).AsTask()).ToList();
        gate.SetResult("fleeting");
        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("fleeting", value));
        for (var i = 0; i < 2; i++) Assert.Equal("kept", await cache.FindAsync("a", default));
        Assert.Equal(2, reads);
    }

    private TimedCache<string, string> Cache(Func<string, Task<string?>> read) => new(_time, TimeSpan.FromSeconds(10), capacity: 20, read);
}
