using System.Globalization;
using AuthServer.Hosting.Limits;
using AuthServer.RateLimits.Overload;
using AuthServer.Telemetry;
using AuthServer.Ui;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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

    [Fact]
    public async Task A_browser_that_is_turned_away_gets_a_page_and_a_program_a_problem()
    {
        using var admission = new Admission(new OverloadOptions { QueueMilliseconds = 1 }, _services.GetRequiredService<AuthMeter>());
        await using var services = new ServiceCollection().AddSingleton(admission).AddSingleton(_services.GetRequiredService<AuthMeter>())
            .AddLogging().AddAuthServerUi().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseAdmission();
        app.Run(_ => throw new InvalidOperationException("It was taken."));
        var gate = app.Build();
        Assert.True(admission.TryEnter());
        admission.Leave();
        for (var i = 0; i < 1000; i++) ThreadPool.UnsafeQueueUserWorkItem(_ => Occupy(), null);
        // As above, and all of it at once: each return to the pool would wait for its turn.
        await Task.Factory.StartNew(Ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Ask()
        {
            Assert.True(SpinWait.SpinUntil(() => !Takes(admission), Patience));
            foreach (var (accepts, type) in new[] { ("text/html,*/*", "text/html; charset=utf-8"), ("*/*", "application/problem+json") })
            {
                using var body = new MemoryStream();
                var http = new DefaultHttpContext { RequestServices = services };
                (http.Request.Method, http.Request.Path, http.Request.Headers.Accept) = ("GET", "/signin", accepts);
                http.Response.Body = body;
                Assert.True(gate(http).IsCompletedSuccessfully);
                Assert.Equal((503, type), (http.Response.StatusCode, http.Response.ContentType));
                Assert.InRange(int.Parse(http.Response.Headers.RetryAfter!, CultureInfo.InvariantCulture), 1, 3);
                Assert.InRange(body.Length, 100, 3000);
            }

            _over.Set();
        }
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
