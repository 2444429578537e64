using AuthServer.RateLimits.Overload;
using AuthServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.UnitTests.RateLimits;

public sealed class AdmissionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<AuthMeter>().BuildServiceProvider();
    private readonly ManualResetEventSlim _over = new();

    public void Dispose()
    {
        _over.Set();
        _services.Dispose();
    }

    /// <summary>Nobody who is turned away wakes the watch up, so it must not rest before it takes callers again.</summary>
    [Fact]
    public async Task Callers_are_taken_again_after_an_overload_that_no_request_was_inside_of()
    {
        using var admission = new Admission(new OverloadOptions { QueueMilliseconds = 1 }, _services.GetRequiredService<AuthMeter>());
        Assert.True(admission.TryEnter());
        admission.Leave();
        // Other work than requests keeps every thread of the pool.
        for (var i = 0; i < 1000; i++) ThreadPool.UnsafeQueueUserWorkItem(_ => Occupy(), null);
        Assert.True(await UntilAsync(() => !Takes(admission)));
        // Longer than a watch that has nothing to do goes on.
        await UntilAsync(() => false, TimeSpan.FromSeconds(2));
        _over.Set();
        Assert.True(await UntilAsync(() => Takes(admission)));
    }

    private void Occupy()
    {
        if (!_over.Wait(5)) ThreadPool.UnsafeQueueUserWorkItem(_ => Occupy(), null);
    }

    private static bool Takes(Admission admission)
    {
        if (!admission.TryEnter()) return false;
        admission.Leave();
        return true;
    }

    // On a thread of its own: those of the pool are busy.
    private static Task<bool> UntilAsync(Func<bool> isSo, TimeSpan? patience = null) => Task.Factory.StartNew(
        () => SpinWait.SpinUntil(isSo, patience ?? Patience), CancellationToken.None, TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
