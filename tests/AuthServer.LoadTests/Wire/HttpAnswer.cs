using System.Text;

namespace AuthServer.LoadTests.Wire;

/// <summary>An answer as it lies in the connection's buffer: valid until the next request on that connection.</summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body)
{
    public bool Has(ReadOnlySpan<byte> text) => Body.Span.IndexOf(text) >= 0;

    /// <summary>
    /// The text of a member of a flat JSON object; null when it is not there. Cheap, and enough for tokens, which need no escapes.
    /// </summary>
    public string? Member(ReadOnlySpan<byte> quotedName)
    {
        var body = Body.Span;
        var at = body.IndexOf(quotedName);
        if (at < 0) return null;
        body = body[(at + quotedName.Length)..];
        var start = body.IndexOf((byte)'"');
        if (start < 0) return null;
        body = body[(start + 1)..];
        var end = body.IndexOf((byte)'"');
        return end < 0 ? null : Encoding.ASCII.GetString(body[..end]);
    }

    /// <param name="name">In lower case; names are compared without regard to case.</param>
    public string? Header(string name)
    {
        foreach (var value in Headers(name)) return value;
        return null;
    }

    public List<string> Headers(string name)
    {
        var found = new List<string>();
        foreach (var line in Encoding.Latin1.GetString(Head.Span).Split("\r\n"))
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(line[(name.Length + 1)..].Trim());
            }
        }
        return found;
    }

    /// <summary>The cookies that it sets, as a Cookie header sends them back.</summary>
    public IEnumerable<(string Name, string Value)> Cookies()
    {
        foreach (var cookie in Headers("set-cookie"))
        {
            var pair = cookie.Split(';')[0];
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            yield return (pair[..at], pair[(at + 1)..]);
        }
    }

    /// <summary>What stands in a report about a wrong answer.</summary>
    public string Describe()
    {
        var text = Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, 160)]).ReplaceLineEndings(" ");
        return $"{Status} {text}{(Header("location") is { } location ? " -> " + location : "")}";
    }
}
