using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthServer.UnitTests.Outbound;

/// <summary>A server on the loopback address that answers with whatever bytes a test wants.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, CancellationToken, Task> _answer;
    private readonly Task _running;
    private int _connections;

    private RawServer(Func<string, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _connections;

    /// <summary>The first lines of all requests.</summary>
    public List<string> Heads { get; } = [];

    /// <summary>Answers by the path of the request.</summary>
    public static RawServer Saying(Func<string, string> answer) => new(
        (path, stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer(path)), stop).AsTask());

    public static RawServer Writing(Func<Stream, CancellationToken, Task> answer) => new((_, stream, stop) => answer(stream, stop));

    public static string Json(string body, string headers = "") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}";

    public static string Redirect(string location) => $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        List<Task> answers = [];
        try
        {
            while (true) answers.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        // A listener that is stopped between two connections fails in another way than one that waits for the next.
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await HeadAsync(stream) is { } head)
                {
                    lock (Heads) Heads.Add(head);
                    await _answer(head.Split(' ')[1], stream, _stop.Token);
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The other side has had enough.
            }
        }
    }

    private async Task<string?> HeadAsync(Stream stream)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n") return head.ToString();
            // A handshake of TLS, which this server does not know.
            if (head.Length == 1 && one[0] == 0x16) return null;
        }

        return null;
    }
}
