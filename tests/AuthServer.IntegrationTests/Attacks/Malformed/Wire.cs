using System.Collections.Immutable;
using System.Globalization;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>A request in the parts that attacks change; every character is one byte, and names and values are as they travel.</summary>
internal sealed record Wire(string Method, string Path)
{
    public ImmutableArray<(string Name, string Value)> Query { get; init; } = [];

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The fields of a form; or null.</summary>
    public ImmutableArray<(string Name, string Value)>? Form { get; init; }

    /// <summary>The members of a JSON object, each value as JSON text; or null.</summary>
    public ImmutableArray<(string Name, string Value)>? Json { get; init; }

    /// <summary>Instead of form and JSON.</summary>
    public string? Raw { get; init; }

    public string? ContentType { get; init; }

    /// <summary>In chunks, without a length.</summary>
    public bool Chunked { get; init; }

    public bool HasBody => Raw is not null || Form is not null || Json is not null;

    public string Body =>
        Raw













                                                                ?? (
                                                                    Form is { } form
                                                                        ? Pairs(form)
                                                                        : Json is { } json
                                                                        ? $"{{{string.Join(',', json.Select(m => $"{m.Name}:{m.Value}"))}}}"
                                                                        : "");

    public static Wire Get(string path, params ImmutableArray<(string, string)> query) => new("GET", path) { Query = query };

    public static Wire Post(string path, params ImmutableArray<(string, string)> form) =>
        new("POST", path) { Form = form, ContentType = "application/x-www-form-urlencoded" };

    /// <param name="json">Names and JSON values.</param>
    public static Wire Send(string method, string path, params ImmutableArray<(string Name, string Value)> json) =>
        new(method, path) { Json = [.. json.Select(m => ($"\"{m.Name}\"", m.Value))], ContentType = "application/json" };

    public Wire With(string header, string value) => this with { Headers = Headers.Add((header, value)) };

    public Wire Without(string header) => this with { Headers = Headers.RemoveAll(h => h.Name == header) };

    public override string ToString()
    {
        var body = Body;
        var query = Query.IsEmpty ? "" : "?" + Pairs(Query);
        var headers = Headers.Add(("Connection", "close"));
        if (!headers.Any(h => h.Name == "Host")) headers = headers.Insert(0, ("Host", "localhost"));
        if (ContentType is not null) headers = headers.Add(("Content-Type", ContentType));
        if (HasBody || Method is "POST" or "PUT" or "PATCH")
        {
            headers = headers.Add(
                Chunked ? ("Transfer-Encoding", "chunked") : ("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)));
        }
        if (Chunked) body = (body.Length == 0 ? "" : $"{body.Length:x}\r\n{body}\r\n") + "0\r\n\r\n";
        return $"{Method} {Path}{query} HTTP/1.1\r\n{string.Concat(headers.Select(h => $"{h.Name}: {h.Value}\r\n"))}\r\n{body}";
    }

    private static string Pairs(ImmutableArray<(string Name, string Value)> pairs) =>
        string.Join('&', pairs.Select(p => $"{p.Name}={p.Value}"));
}
