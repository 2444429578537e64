using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthServer.Configuration;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>
/// A pooler in between refuses the connection, or gives it the prepared statements of another one: the start says what to set.
/// </summary>
public sealed class PoolerStartTests : IDisposable
{
    // PostgreSQL documentation, section 53.7: the first byte of a message.
    private const byte Sync = (byte)'S';

    private static readonly byte[] Welcome =
    [
        .. Message('R', new byte[4]), .. Message('S', "server_version\016.4\0"u8), .. Message('S', "client_encoding\0UTF8\0"u8),
        .. Message('K', new byte[8]), .. Message('Z', "I"u8),
    ];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public PoolerStartTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(false, "08P01", "unsupported startup parameter: search_path")]
    [InlineData(true, "08P01", "bind message supplies 1 parameters, but prepared statement \"_auto0\" requires 2")]
    [InlineData(true, "26000", "prepared statement \"_auto0\" does not exist")]
    [InlineData(true, "42P05", "prepared statement \"_auto0\" already exists")]
    public async Task The_start_ends_with_one_line_that_says_what_to_set(bool welcomes, string state, string message)
    {
        var pooler = AnswerAsync(welcomes, state, message);
        var url = $"postgresql://app:hunter2@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/app?sslmode=disable";
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("DATABASE_URL", url), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
                ("API_BASE_URL", "https://id.example.com")], "--urls", ServerProcess.FreeAddress());
        Assert.Equal(69, exit);
        // The first one says which command does not start.
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(message, lines[1], StringComparison.Ordinal);
        Assert.Contains("pool_mode=session", lines[1], StringComparison.Ordinal);
        await pooler;
    }

    private async Task AnswerAsync(bool welcomes, string state, string message)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await ReadBodyAsync(stream);
        if (welcomes)
        {
            await stream.WriteAsync(Welcome);
            var kind = new byte[1];
            do
            {
                await stream.ReadExactlyAsync(kind);
                await ReadBodyAsync(stream);
            }
            while (kind[0] != Sync);
        }

        await stream.WriteAsync(Message('E', Encoding.UTF8.GetBytes($"SERROR\0VERROR\0C{state}\0M{message}\0\0")));
        if (welcomes) await stream.WriteAsync(Message('Z', "I"u8));
        // Until the start has read the refusal and closes the connection.
        await Record.ExceptionAsync(async () =>
        {
            while (await stream.ReadAsync(new byte[512]) > 0)
            {
            }
        });
    }

    private static async Task ReadBodyAsync(NetworkStream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(length) - length.Length]);
    }

    private static byte[] Message(char kind, ReadOnlySpan<byte> body)
    {
        var message = new byte[5 + body.Length];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), body.Length + 4);
        body.CopyTo(message.AsSpan(5));
        return message;
    }
}
