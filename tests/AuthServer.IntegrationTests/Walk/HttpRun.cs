using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Walk;

/// <summary>A request of the file as it was sent, and its answer.</summary>
internal sealed record WalkedRequest(HttpPart Part, Uri Address, ApiAnswer Answer)
{
    public int Status => (int)Answer.Status;

    public override string ToString() => $"{Part} answered {Answer}";
}

/// <summary>
/// Sends the requests of an .http file in their order, as an editor does: without cookies and without following redirects.
/// </summary>
/// <param name="given">What a person types for the variables at the top.</param>
/// <param name="folder">Of the file, from which it names others.</param>
/// <param name="fromTheBrowser">What a person brings from the browser where the file says so.</param>
internal sealed partial class HttpRun(
    IReadOnlyDictionary<string, string> given, string folder, Func<Task<string>> fromTheBrowser)
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, ApiAnswer> _named = [];

    public async Task<IReadOnlyList<WalkedRequest>> SendAllAsync(IReadOnlyList<HttpPart> parts)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var walked = new List<WalkedRequest>();
        foreach (var part in parts)
        {
            foreach (var (name, value) in part.Variables)
            {
                _variables[name] = given.GetValueOrDefault(name) ?? (value == "FROM-THE-BROWSER" ? await fromTheBrowser() : value);
            }

            if (part.Method is null) continue;
            using var request = RequestOf(part);
            using var response = await client.SendAsync(request);
            var answer = new ApiAnswer(
                response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync());
            walked.Add(new(part, request.RequestUri!, answer));
            if (part.Name is not null) _named[part.Name] = answer;
        }

        return walked;
    }

    private HttpRequestMessage RequestOf(HttpPart part)
    {
        var request = new HttpRequestMessage(new HttpMethod(part.Method!), Fill(part, part.Address));
        if (part.Body.Length > 0) request.Content = new ByteArrayContent(BodyOf(part));
        foreach (var (name, written) in part.Headers)
        {
            var value = Fill(part, written);
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else if (!request.Headers.TryAddWithoutValidation(name, Basic(value)))
            {
                throw new InvalidDataException($"{part} has a wrong header {name}");
            }
        }

        return request;
    }

    // "< file" stands for its bytes.
    private byte[] BodyOf(HttpPart part) => part.Body.StartsWith("< ", StringComparison.Ordinal)
        ? File.ReadAllBytes(Path.Combine(folder, part.Body[2..].Trim()))
        : Encoding.UTF8.GetBytes(Fill(part, part.Body));

    // Editors take "Basic id secret" and encode it.
    private static string Basic(string value) => value.Split(' ') is ["Basic", var id, var secret]
        ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")) : value;

    private string Fill(HttpPart part, string text) => Placeholder().Replace(text, match => ValueOf(match.Groups[1].Value) is { } value
       
            ? value
            : throw new InvalidDataException(
                $"{part} names {match.Value}, which has no value; the answer there was {AnswerOf(match.Groups[1].Value)}"));

    private string? ValueOf(string expression)
    {
        if (_variables.GetValueOrDefault(expression) is { } value)
        {
            return value.StartsWith("PRINTED", StringComparison.Ordinal) ? null : value;
        }
        if (ResponsePart().Match(expression) is not { Success: true } match || AnswerOf(expression) is not { } answer) return null;
        var what = match.Groups[3].Value;
        // Cookie pairs are separated by semicolons (RFC 6265 section 4.2.1); a login in cookie mode sets two cookies.
        if (what == "Set-Cookie") return answer.Headers.TryGetValues(what, out var cookies) ? string.Join("; ", cookies) : null;
        if (match.Groups[2].Value == "headers") return answer.Header(what);
        if (!answer.Body.StartsWith('{')) return null;
        var found = answer.Json;
        foreach (var member in what.TrimStart('$', '.').Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            // JSONPath: an element of an array by its place.
            if (member.StartsWith('[') && found.ValueKind == JsonValueKind.Array)
            {
                found = found[int.Parse(member.Trim('[', ']'), CultureInfo.InvariantCulture)];
            }
            else if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(member, out found)) return null;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{found}");
    }

    private ApiAnswer? AnswerOf(string expression) => _named.GetValueOrDefault(expression.Split('.')[0]);

    [GeneratedRegex(@"\{\{\s*([^{}]+?)\s*\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(\w+)\.response\.(body|headers)\.(.+)$")]
    private static partial Regex ResponsePart();
}
