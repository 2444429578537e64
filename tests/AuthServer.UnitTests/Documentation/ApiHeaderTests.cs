using System.Text.RegularExpressions;
using AuthServer.Api;
using AuthServer.Api.OpenApi;
using AuthServer.UnitTests.Architecture;
using Microsoft.Net.Http.Headers;

namespace AuthServer.UnitTests.Documentation;

/// <summary>The OpenAPI document names the headers that the code of the JSON API reads and writes.</summary>
public sealed partial class ApiHeaderTests
{
    /// <summary>What answers requests of /v1.</summary>
    private static readonly string[] Places =
    [
        "src/AuthServer/Api/", "src/AuthServer/JsonApi/", "src/AuthServer/Protocol/Token/FirstParty/", "src/AuthServer/Sessions/Senders/",
        "src/AuthServer/RateLimits/ApiBudgetGate.cs", "src/AuthServer/Users/SignIn/KnownDevice.cs",
    ];

    /// <summary>Headers that no operation needs to name, and why.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Authorization"] = "a security scheme (OpenAPI 3.1 section 4.8.12.1 forbids to name it as a parameter)",
        ["Cache-Control"] = "of every answer",
        ["Origin"] = "written by browsers alone",
        ["Content-Security-Policy"] = "of the reference page, which is no operation",
        ["Allow"] = "of the answer to a method that is no operation",
    };

    [Fact]
    public void Each_header_that_is_read_or_written_is_named()
    {
        var used = Sources.All.Where(file => Places.Any(place => file.Path.StartsWith(place, StringComparison.Ordinal)))
            .SelectMany(NamesIn).Distinct(StringComparer.OrdinalIgnoreCase).Except(Others.Keys, StringComparer.OrdinalIgnoreCase).ToList();
        var named = ApiRoutes.Operations.SelectMany(o => o.Parameters).Where(p => p.Place == ApiPlace.Header).Select(p => p.Name)
            .Append(RequestHeaders.Proof.Name).Concat(ApiHeaders.Descriptions.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(used, name => !named.Contains(name));
        // It finds names in each form in which code writes them.
        Assert.All(
            ["Device-Token", "DPoP", "DPoP-Nonce", "Idempotency-Key", "X-CSRF", "If-Match", "Link", "RateLimit", "Accept-Patch"],
            name => Assert.Contains(name, used, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Each_header_of_an_answer_is_described_and_each_description_is_used()
    {
        var named = ApiRoutes.Operations.SelectMany(o => o.Responses).SelectMany(r => r.Headers).Distinct().ToList();
        Assert.Empty(named.Except(ApiHeaders.Descriptions.Keys));
        // These are of answers that are the same everywhere.
        Assert.Equal(
            [
                ApiHeaders.AcceptPatch, ApiHeaders.Nonce, ApiHeaders.RateLimit, ApiHeaders.RateLimitPolicy, ApiHeaders.RetryAfter,
                ApiHeaders.Challenge,
            ],
            ApiHeaders.Descriptions.Keys.Except(named).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesIn(SourceFile file)
    {
        var text = string.Join('\n', file.Lines);
        foreach (Match match in Property().Matches(text))
        {
            // Names of the framework; what else stands there is a method.
            if (typeof(HeaderNames).GetField(match.Groups[1].Value)?.GetValue(null) is string name) yield return name;
        }

        foreach (Match match in Indexed().Matches(text))
        {
            var inside = match.Groups[1].Value;
            yield return inside.StartsWith('"') ? inside.Trim('"') : ConstantOf(inside, file);
        }
    }

    // `Header` of the same file, or `Type.Header` of the file of this type.
    private static string ConstantOf(string expression, SourceFile file)
    {
        var parts = expression.Split('.');
        var home = parts.Length == 1 ? file : Sources.All.Single(other => Path.GetFileName(other.Path) == parts[^2] + ".cs");
        var value = Regex.Match(string.Join('\n', home.Lines), $"""\b{Regex.Escape(parts[^1])} = "([^"]+)"[,;]""");
        Assert.True(value.Success, $"{expression} in {file.Path} is no constant that this test finds.");
        return value.Groups[1].Value;
    }

    [GeneratedRegex(@"\b[hH]eaders\.([A-Z]\w+)")]
    private static partial Regex Property();

    [GeneratedRegex(@"\b[hH]eaders(?:\[|\.(?:ContainsKey|TryGetValue|Append)\()([^\],)]+)")]
    private static partial Regex Indexed();
}
