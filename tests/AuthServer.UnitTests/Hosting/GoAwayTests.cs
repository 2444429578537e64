using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AuthServer.Hosting.Probes;
using AuthServer.Hosting.Stopping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.UnitTests.Hosting;

/// <summary>
/// A server that drains over HTTP/2 (RFC 9113): its answer comes, and with it GOAWAY, so that the caller opens its next connection
/// elsewhere. HTTP/1.1 is part of a test with the whole server.
/// </summary>
public sealed class GoAwayTests : IAsyncLifetime
{
    // RFC 9113 section 6.
    private const byte Headers = 1, Settings = 4, GoAway = 7;
    private const int FrameHeader = 9;

    private readonly Drain _drain = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_drain);
        // From the first byte on, without TLS to agree on it.
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.UseDraining();
        _app.Run(http => http.Response.WriteAsync("served"));
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task While_a_server_drains_a_connection_is_answered_and_told_to_go_away()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await SendAsync(stream, Settings, flags: 0, id: 0, []);
        await AskAsync(stream, 1);
        Assert.DoesNotContain(GoAway, await ReadUntilAsync(stream, frames => frames.Contains((Headers, 1))));

        _drain.Begin();
        await AskAsync(stream, 3);
        Assert.Contains(
            GoAway, await ReadUntilAsync(stream, frames => frames.Contains((Headers, 3)) && frames.Contains((GoAway, 0))));
    }

    // Section 8.3.1, by the static table of RFC 7541 appendix A: GET, http, /, and the authority as a text.
    private static Task AskAsync(NetworkStream stream, int id) =>
        SendAsync(stream, Headers, flags: 0x5, id, [0x82, 0x86, 0x84, 0x41, 9, .. "localhost"u8]);

    private static async Task SendAsync(NetworkStream stream, byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[FrameHeader + payload.Length];
        frame[2] = (byte)payload.Length;
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, FrameHeader);
        await stream.WriteAsync(frame, TestContext.Current.CancellationToken);
    }

    /// <returns>The types of the frames that came.</returns>
    private static async Task<List<byte>> ReadUntilAsync(NetworkStream stream, Func<HashSet<(byte Type, int Id)>, bool> isSo)
    {
        var (header, frames, types) = (new byte[FrameHeader], new HashSet<(byte, int)>(), new List<byte>());
        while (!isSo(frames))
        {
            await stream.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
            var length = (header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1));
            await stream.ReadExactlyAsync(new byte[length], TestContext.Current.CancellationToken);
            frames.Add((header[3], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue));
            types.Add(header[3]);
        }

        return types;
    }
}
