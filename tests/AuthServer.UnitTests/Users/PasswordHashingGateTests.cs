using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Users;

public sealed class PasswordHashingGateTests
{
    [Fact]
    public async Task No_more_run_at_once_than_there_are_slots()
    {
        using var gate = new PasswordHashingGate(concurrent: 2, waiting: 20);
        int running = 0, most = 0;
        var work = Enumerable.Range(0, 20).Select(_ => gate.TryRunAsync(
            () =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                Thread.SpinWait(200_000);
                Interlocked.Decrement(ref running);
                return true;
            },
            CancellationToken.None));
        var results = await Task.WhenAll(work);
        Assert.All(results, r => Assert.True(r.Ran));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Whoever_finds_the_queue_full_is_turned_away_at_once_and_room_comes_back()
    {
        using var gate = new PasswordHashingGate(concurrent: 1, waiting: 1);
        using var open = new ManualResetEventSlim();
        var first = gate.TryRunAsync(() => Blocked(open), CancellationToken.None);
        var second = gate.TryRunAsync(() => true, CancellationToken.None);
        Assert.False((await gate.TryRunAsync(() => true, CancellationToken.None)).Ran);
        open.Set();
        Assert.True((await first).Ran);
        Assert.True((await second).Ran);
        Assert.True((await gate.TryRunAsync(() => true, CancellationToken.None)).Ran);
    }

    [Fact]
    public async Task Whoever_goes_away_while_waiting_gives_up_the_place()
    {
        using var gate = new PasswordHashingGate(concurrent: 1, waiting: 1);
        using var open = new ManualResetEventSlim();
        var first = gate.TryRunAsync(() => Blocked(open), CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var second = gate.TryRunAsync(() => true, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        var third = gate.TryRunAsync(() => true, CancellationToken.None);
        open.Set();
        Assert.True((await third).Ran);
        await first;
    }

    [Fact]
    public async Task Whoever_goes_away_while_the_hash_runs_leaves_at_once_and_the_slot_stays_taken_until_it_is_done()
    {
        using var gate = new PasswordHashingGate(concurrent: 1, waiting: 0);
        using var open = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        var first = gate.TryRunAsync(() => Blocked(open), leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False((await gate.TryRunAsync(() => true, CancellationToken.None)).Ran);
        open.Set();
    }

    [Fact]
    public async Task Work_that_fails_frees_its_slot()
    {
        using var gate = new PasswordHashingGate(concurrent: 1, waiting: 0);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => gate.TryRunAsync<bool>(() => throw new InvalidOperationException("broken"), CancellationToken.None));
        Assert.True((await gate.TryRunAsync(() => true, CancellationToken.None)).Ran);
    }

    [Fact]
    public async Task Work_does_not_run_on_a_thread_of_the_pool()
    {
        using var gate = new PasswordHashingGate();
        Assert.False((await gate.TryRunAsync(() => Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None)).Result);
    }

    private static bool Blocked(ManualResetEventSlim open)
    {
        open.Wait();
        return true;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
