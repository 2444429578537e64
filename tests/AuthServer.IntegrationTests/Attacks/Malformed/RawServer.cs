using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>An answer as it came over the wire.</summary>
/// <param name="Status">0: the connection ended without one.</param>
internal sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public string? MediaType => Header("Content-Type")?.Split(';')[0].Trim();

    public string? Header(string name) => Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public override string ToString() => $"{Status}\n{string.Join('\n', Headers.Select(h => $"{h.Name}: {h.Value}"))}\n\n{Body}";
}

/// <summary>Sends bytes that no HTTP library would send, one connection each.</summary>
internal sealed class RawServer(int port)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // What comes after an answer that is whole would be a second one, and belongs to the verdict.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <param name="request">One character is one byte; it says itself that the connection is to be closed.</param>
    public async Task<RawAnswer> SendAsync(string request)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        var stream = client.GetStream();
        using var received = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
            await ReadAsync(stream, received, limit);
        }
        catch (OperationCanceledException) when (received.Length > 0)
        {
            // A request whose "Connection: close" was damaged has its answer, and the server waits for the next one.
        }
        catch (IOException)
        {
            // A server that refuses a request before it has all of it resets the connection; what it said before that counts.
            try
            {
                await stream.CopyToAsync(received, limit.Token);
            }
            catch (IOException)
            {
            }
        }

        return Parse(Encoding.Latin1.GetString(received.ToArray()));
    }

    private static async Task ReadAsync(NetworkStream stream, MemoryStream received, CancellationTokenSource limit)
    {
        var (buffer, isWhole) = (new byte[16 * 1024], false);
        while (await stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
        {
            received.Write(buffer, 0, read);
            if (isWhole || !IsWhole(Encoding.Latin1.GetString(received.GetBuffer(), 0, (int)received.Length))) continue;
            isWhole = true;
            limit.CancelAfter(Rest);
        }
    }

    /// <summary>Whether the answer says its length and has it: RFC 9112 section 6.3.</summary>
    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var body = text[(end + 4)..];
        if (text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal)) return IsWhole(body);
        var head = text[..end];
        if (head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            return body.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) || body == "0\r\n\r\n";
        const string Length = "\r\nContent-Length: ";
        return head.IndexOf(Length, StringComparison.OrdinalIgnoreCase) is var at and >= 0
            && int.TryParse(head[(at + Length.Length)..].Split('\r')[0], CultureInfo.InvariantCulture, out var length)
            && body.Length >= length;
    }

    private static RawAnswer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return new(0, [], text);
        var lines = text[..end].Split("\r\n");
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        // "100 Continue" is no answer yet.
        if (status == 100) return Parse(text[(end + 4)..]);
        var headers = lines[1..].Select(l => l.Split(':', 2)).Select(l => (l[0], l.Length == 2 ? l[1].Trim() : "")).ToList();
        var answer = new RawAnswer(status, headers, text[(end + 4)..]);
        return string.Equals(answer.Header("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase)
            ? answer with { Body = Join(answer.Body) }
            : answer;
    }

    private static string Join(string chunks)
    {
        var body = new StringBuilder();
        while (chunks.IndexOf("\r\n", StringComparison.Ordinal) is var line and >= 0
            && int.Parse(chunks[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var length and > 0)
        {
            body.Append(chunks, line + 2, length);
            chunks = chunks[(line + 2 + length + 2)..];
        }

        return body.ToString();
    }
}
