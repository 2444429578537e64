using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace AuthServer.LoadTests.Wire;

/// <summary>One keep-alive HTTP/1.1 connection without pipelining: as cheap as a generator on one core must be.</summary>
internal sealed class HttpConnection(int port) : IDisposable
{
    private Socket? _socket;
    private byte[] _buffer = new byte[4 * 1024];

    /// <summary>Bytes on the wire so far.</summary>
    public long Sent { get; private set; }

    public long Received { get; private set; }

    /// <summary>The size of the last answer's body.</summary>
    public int LastBody { get; private set; }

    /// <summary>
    /// Sends a whole request and reads the whole answer. A kept connection that the server has closed meanwhile is opened again, once.
    /// </summary>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request)
    {
        var kept = _socket is not null;
        try
        {
            return await TryAsync(request);
        }
        catch (Exception exception) when (kept && exception is SocketException or EndOfStreamException)
        {
            Close();
            return await TryAsync(request);
        }
    }

    public async ValueTask OpenAsync()
    {
        if (_socket is not null) return;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        _socket = socket;
    }

    public void Dispose() => Close();

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async ValueTask<HttpAnswer> TryAsync(ReadOnlyMemory<byte> request)
    {
        await OpenAsync();
        for (var sent = 0; sent < request.Length;) sent += await _socket!.SendAsync(request[sent..]);
        Sent += request.Length;
        var filled = 0;
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0) filled = await FillAsync(filled);
        var head = _buffer.AsMemory(0, headEnd + 2);
        var (status, length, chunked, close) = ReadHead(head.Span);
        var start = headEnd + 4;
        int end;
        if (chunked)
        {
            int bodyLength;
            while (!TryUnchunk(start, filled, out bodyLength)) filled = await FillAsync(filled);
            end = start + bodyLength;
        }
        else
        {
            end = start + length;
            while (filled < end) filled = await FillAsync(filled);
        }
        Received += filled;
        LastBody = end - start;
        if (close) Close();
        return new HttpAnswer(status, _buffer.AsMemory(0, headEnd + 2), _buffer.AsMemory(start, end - start));
    }

    private async ValueTask<int> FillAsync(int filled)
    {
        if (filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await _socket!.ReceiveAsync(_buffer.AsMemory(filled));
        return read > 0 ? filled + read : throw new EndOfStreamException("The server closed the connection");
    }

    private static (int Status, int Length, bool Chunked, bool Close) ReadHead(ReadOnlySpan<byte> head)
    {
        _ = Utf8Parser.TryParse(head[9..12], out int status, out _);
        var (length, chunked, close) = (0, false, false);
        for (var line = head[(head.IndexOf((byte)'\n') + 1)..]; line.Length > 2; line = line[(line.IndexOf((byte)'\n') + 1)..])
        {
            switch (line[0] | 0x20)
            {
                case 'c' when Starts(line, "content-length:"u8):
                    _ = Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out length, out _);
                    break;
                case 'c' when Starts(line, "connection:"u8):
                    close = line[11..line.IndexOf((byte)'\r')].IndexOf("close"u8) >= 0;
                    break;
                case 't' when Starts(line, "transfer-encoding:"u8):
                    chunked = true;
                    break;
            }
        }
        return (status, length, chunked, close);
    }

    private static bool Starts(ReadOnlySpan<byte> line, ReadOnlySpan<byte> lowerName)
    {
        if (line.Length < lowerName.Length) return false;
        for (var i = 0; i < lowerName.Length; i++)
        {
            var letter = line[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(line[i] | 0x20) : line[i];
            if (letter != lowerName[i]) return false;
        }
        return true;
    }

    // Moves the chunks together once the last one is there; before that nothing is touched.
    private bool TryUnchunk(int start, int filled, out int length)
    {
        length = 0;
        var at = start;
        while (true)
        {
            var line = _buffer.AsSpan(at, filled - at).IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(_buffer.AsSpan(at, line), out int size, out _, 'x')) return false;
            if (at + line + 2 + size + 2 > filled) return false;
            at += line + 2 + size + 2;
            if (size == 0) break;
        }
        at = start;
        while (true)
        {
            var line = _buffer.AsSpan(at, filled - at).IndexOf("\r\n"u8);
            _ = Utf8Parser.TryParse(_buffer.AsSpan(at, line), out int size, out _, 'x');
            if (size == 0) return true;
            _buffer.AsSpan(at + line + 2, size).CopyTo(_buffer.AsSpan(start + length));
            length += size;
            at += line + 2 + size + 2;
        }
    }
}
