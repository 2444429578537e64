using System.Text;
using System.Text.Json;

namespace AuthServer.Seeding;

/// <summary>
/// Where each member of a JSON text stands, so that a problem can name its line; and what no JSON text of ours may contain.
/// </summary>
internal sealed class JsonLines
{
    private const int MaxDepth = 16;
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Stack<Frame> _open = new();
    private readonly List<SeedProblem> _problems = [];
    private int _line = 1, _counted;
    private string? _member;
    private int _memberLine;

    private JsonLines()
    {
    }

    public IReadOnlyList<SeedProblem> Problems => _problems;

    public static JsonLines Read(ReadOnlySpan<byte> json)
    {
        var lines = new JsonLines();
        try
        {
            // Strict: the reader looks into a text only when it is asked for it.
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(json);
            lines.Walk(json);
        }
        catch (DecoderFallbackException e)
        {
            lines._problems.Add(new(1 + json[..e.Index].Count((byte)'\n'), "is not UTF-8"));
        }
        catch (JsonException e)
        {
            lines._problems.Add(new((int)(e.LineNumber ?? 0) + 1, "is not JSON: " + e.Message.Split(" LineNumber")[0]));
        }
        return lines;
    }

    /// <summary>The line of the member, or of the closest thing around it where the member is missing.</summary>
    public int LineOf(string path)
    {
        while (path.Length > 0)
        {
            if (_lines.TryGetValue(path, out var line)) return line;
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }
        return _lines.GetValueOrDefault("", 1);
    }

    private void Walk(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            CountLines(json, (int)reader.TokenStartIndex);
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    _member = Text(ref reader);
                    _memberLine = _line;
                    if (!_open.Peek().Names.Add(_member)) _problems.Add(new(_line, $"{_member} stands twice in this object"));
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    _open.Push(new(Place(), reader.TokenType == JsonTokenType.StartArray));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _open.Pop();
                    break;
                default:
                    Place();
                    if (reader.TokenType == JsonTokenType.String) Text(ref reader);
                    break;
            }
        }
    }

    /// <summary>Remembers the line of the value that begins here.</summary>
    private string Place()
    {
        var (path, line) = ("", _line);
        if (_open.TryPeek(out var around))
        {
            if (around.IsArray) path = $"{around.Path}[{around.Count++}]";
            else (path, line) = (around.Path.Length == 0 ? _member! : $"{around.Path}.{_member}", _memberLine);
        }
        _lines.TryAdd(path, line);
        return path;
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            var text = reader.GetString()!;
            // PostgreSQL stores every character but this one.
            if (text.Contains('\0', StringComparison.Ordinal)) _problems.Add(new(_line, "contains the character U+0000"));
            return text;
        }
        catch (InvalidOperationException)
        {
            _problems.Add(new(_line, "contains an escape that is no character (half of a surrogate pair)"));
            return "";
        }
    }

    private void CountLines(ReadOnlySpan<byte> json, int position)
    {
        _line += json[_counted..position].Count((byte)'\n');
        _counted = position;
    }

    private sealed class Frame(string path, bool isArray)
    {
        public string Path => path;

        public bool IsArray => isArray;

        public int Count { get; set; }

        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
    }
}
