using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Many connections that say nothing, and some that say it slowly, beside clients that work.</summary>
public sealed class ConnectionTests(ITestOutputHelper output)
{
    private const int Idle = 10_000, Slow = 200;

    [Fact]
    public async Task Ten_thousand_idle_connections_and_slow_ones_keep_no_client_waiting()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        // Callers who only send slowly are no overload.
        await using var replicas = new Replicas(database, ("OVERLOAD_QUEUE_MILLISECONDS", "500"));
        var replica = await replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File));
        var traffic = new Traffic(replicas.Issuer);
        await traffic.StartAsync();
        await traffic.GoOnAsync();
        var before = replica.Process.Memory("VmRSS");
        traffic.Next();

        var idle = new List<Socket>();
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < Idle; i++) idle.Add(Connect(replica.Address.Port, i));
            await traffic.GoOnAsync();
            output.WriteLine($"{Idle} idle connections: {traffic}");
            Assert.Equal(0, traffic.Next().Failures);
            for (var i = 0; i < Slow; i++)
            {
                slow.Add(Connect(replica.Address.Port, Idle + i));
                // Half of them never end their headers, the others never send the body that they promise.
                await slow[i].SendAsync(Encoding.ASCII.GetBytes(i % 2 == 0
                    ? "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                    : "POST /connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 4000\r\n\r\ngrant_type=client_"));
            }

            await traffic.GoOnAsync();
            var kilobytes = (replica.Process.Memory("VmRSS") - before) / 1024 / (Idle + Slow);
            // A new client still gets in.
            Assert.Equal(HttpStatusCode.OK, await ServerProcess.GetAsync($"http://localhost:{replica.Address.Port}", "/.well-known/jwks"));
            Assert.True(kilobytes < 40, $"{kilobytes} KiB");
            // The slow ones are cut off: 408 by a body that does not come, the end of the connection by headers that do not.
            await Task.WhenAll(slow.Select(EndsAsync));
            output.WriteLine($"and {Slow} slow ones, until they are cut off: {traffic}; {kilobytes} KiB for each connection");
        }
        finally
        {
            foreach (var socket in idle.Concat(slow)) socket.Dispose();
        }

        await traffic.EndAsync();
        traffic.NothingWrong();
        Assert.True(traffic.Tally.Failures == 0, traffic.ToString());
        await HeldSessions.MatchAsync(database, traffic);
        Assert.Equal(0, await replicas.StopAsync(replica));
    }

    // From many addresses of the loopback network: one has ports for a part of them alone.
    private static Socket Connect(int port, int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (number / 2000))]), 0));
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task EndsAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) > 0)
            {
                // An answer before the end.
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Cut off without an answer.
        }
    }
}
