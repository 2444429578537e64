using System.Runtime.InteropServices;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Probes;

namespace AuthServer.Hosting.Stopping;

/// <summary>
/// What a signal does. SIGTERM: readiness says no, requests are served for DRAIN_TIME more, then the host stops, which ends what is being
/// answered. SIGINT and SIGQUIT come from a person at a terminal and leave out the wait. A second signal ends the process at once.
/// </summary>
/// <remarks>In place of the framework's console lifetime, which stops listening with the first SIGTERM.</remarks>
internal sealed partial class SignalLifetime(
    Drain drain, ServerOptions options, IHostEnvironment environment, IHostApplicationLifetime lifetime, SystemdNotice systemd,
    TimeProvider time, ILogger<SignalLifetime> log) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        // Whoever stops the host: what is still being answered ends, and nobody shall send more.
        lifetime.ApplicationStopping.Register(drain.Begin);
        // It listens by then.
        lifetime.ApplicationStarted.Register(systemd.Ready);
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, On));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void On(PosixSignalContext context)
    {
        // Not cancelled, a signal does what it does to any process.
        if (Interlocked.Increment(ref _signals) > 1) return;
        context.Cancel = true;
        _ = StopAsync(context.Signal == PosixSignal.SIGTERM ? options.DrainTimeIn(environment) : TimeSpan.Zero);
    }

    private async Task StopAsync(TimeSpan wait)
    {
        drain.Begin();
        systemd.Stopping();
        if (wait > TimeSpan.Zero)
        {
            LogDraining(log, wait.TotalSeconds);
            await Task.Delay(wait, time);
        }

        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Told to stop: not ready any more; requests are taken for {Seconds} s")]
    private static partial void LogDraining(ILogger logger, double seconds);
}
