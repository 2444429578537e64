using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AuthServer.Hosting.Stopping;

/// <summary>Tells systemd that the server is ready, that it lives and that it ends (sd_notify(3)); nothing without systemd.</summary>
internal sealed partial class SystemdNotice(TimeProvider time, ILogger<SystemdNotice> log) : IDisposable
{
    private readonly string? _socket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
    private ITimer? _watchdog;

    public void Ready()
    {
        Send("READY=1");
        // sd_watchdog_enabled(3): half the time that systemd waits. A thread of the pool answers, so that a process whose pool has stopped
        // working is restarted.
        if (WatchdogTime() is { } wait) _watchdog = time.CreateTimer(_ => Send("WATCHDOG=1"), null, wait / 2, wait / 2);
    }

    public void Stopping() => Send("STOPPING=1");

    public void Dispose() => _watchdog?.Dispose();

    private static TimeSpan? WatchdogTime()
    {
        // It may be meant for another process, which has started this one.
        if (Environment.GetEnvironmentVariable("WATCHDOG_PID") is { Length: > 0 } pid
            && pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        return long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds) : null;
    }

    private void Send(string state)
    {
        if (string.IsNullOrEmpty(_socket)) return;
        try
        {
            // An address that begins with @ is one of Linux's abstract ones, which begin with a zero.
            var address = new UnixDomainSocketEndPoint(_socket[0] == '@' ? '\0' + _socket[1..] : _socket);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), address);
        }
        catch (SocketException e)
        {
            LogFailed(log, state, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "systemd could not be told {State}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string state, string reason);
}
