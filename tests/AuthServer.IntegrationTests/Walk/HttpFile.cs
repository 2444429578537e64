using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthServer.IntegrationTests.Walk;

/// <summary>One part of an .http file: between two lines of ###.</summary>
/// <param name="Line">Of the file, from 1: where the part has its request, or begins.</param>
/// <param name="Statuses">What the lines "# -> 200" say; there must be one.</param>
internal sealed record HttpPart(
    int Line, string? Name, IReadOnlyList<(string Name, string Value)> Variables, IReadOnlyList<int> Statuses,
    string? Method, string Address, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public override string ToString() => $"line {Line}: {Method} {Address}";
}

/// <summary>An .http file as editors read it: variables, comments with directives, and requests.</summary>
internal static partial class HttpFile
{
    public static IReadOnlyList<HttpPart> Parse(string text)
    {
        var parts = new List<HttpPart>();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var start = 0; start < lines.Length;)
        {
            var end = Array.FindIndex(lines, start + 1, line => line.StartsWith("###", StringComparison.Ordinal));
            if (end < 0) end = lines.Length;
            parts.Add(ParsePart(lines, start, end));
            start = end;
        }

        return parts;
    }

    private static HttpPart ParsePart(string[] lines, int start, int end)
    {
        string? name = null;
        var (variables, statuses, headers) = (new List<(string, string)>(), new List<int>(), new List<(string, string)>());
        var at = start;
        for (; at < end; at++)
        {
            var line = lines[at].Trim();
            if (VariableLine().Match(line) is { Success: true } variable)
            {
                variables.Add((variable.Groups[1].Value, variable.Groups[2].Value));
            }
            else if (NameLine().Match(line) is { Success: true } named) name = named.Groups[1].Value;
            else if (StatusLine().Match(line) is { Success: true } status)
            {
                statuses.Add(int.Parse(status.Groups[1].Value, CultureInfo.InvariantCulture));
            }
            else if (line.Length > 0 && !line.StartsWith('#')) break;
        }

        if (at == end) return new(start + 1, name, variables, statuses, null, "", [], "");
        var (request, requestLine) = (lines[at].Trim().Split(' ', 2), at + 1);
        for (at++; at < end && lines[at].Trim().Length > 0; at++)
        {
            var colon = lines[at].IndexOf(':', StringComparison.Ordinal);
            headers.Add((lines[at][..colon].Trim(), lines[at][(colon + 1)..].Trim()));
        }

        return new(
            requestLine, name, variables, statuses, request[0], request[1].Trim(), headers, string.Join('\n', lines[at..end]).Trim());
    }

    [GeneratedRegex(@"^@(\w+)\s*=\s*(.*)$")]
    private static partial Regex VariableLine();

    [GeneratedRegex(@"^#\s*@name\s+(\w+)$")]
    private static partial Regex NameLine();

    [GeneratedRegex(@"^#\s*->\s*(\d{3})$")]
    private static partial Regex StatusLine();
}
