using System.Net;
using System.Net.Sockets;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Loopback ports for what the tests start.</summary>
public static class FreePorts
{
    // Below those that the system chooses from: one of these is still free when it is used much later.
    private static int _last = 15_000 + (Environment.ProcessId % 10_000);

    /// <summary>One that was free a moment ago, and that the system gives nobody who asks for any.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has it.
            }
        }
    }
}
