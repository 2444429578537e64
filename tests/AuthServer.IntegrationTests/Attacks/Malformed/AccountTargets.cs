using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>A request to each operation of /v1/account, as the server describes them itself: no new one is forgotten.</summary>
internal static partial class AccountTargets
{
    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];

    public static async Task<IReadOnlyList<Wire>> ReadAsync(Issuer issuer, string token)
    {
        var document = await issuer.GetJsonAsync("/v1/openapi.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var requests = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.StartsWith(ApiPaths.Account + "/", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Where(operation => Methods.Contains(operation.Name)).Select(operation =>
                Wire.Send(
                    operation.Name.ToUpperInvariant(), Placeholder().Replace(path.Name, Guid.CreateVersion7().ToString()),
                    [.. MembersOf(operation.Value, schemas)])
                    .With("Authorization", "Bearer " + token).With("If-Match", "*")))
            .Select(wire => wire.Json is { Length: 0 } ? wire with { Json = null, ContentType = null } : wire).ToList();
        Assert.True(requests.Count(r => r.HasBody) > 8, "The operations with bodies were not found.");
        return requests;
    }

    private static IEnumerable<(string, string)> MembersOf(JsonElement operation, JsonElement schemas)
    {
        if (!operation.TryGetProperty("requestBody", out var body)
            || !body.GetProperty("content").TryGetProperty("application/json", out var json)) return [];
        var name = json.GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1];
        return schemas.GetProperty(name).GetProperty("properties").EnumerateObject().Select(p => (p.Name, SampleOf(p.Value)));
    }

    private static string SampleOf(JsonElement schema) => schema.ToString() switch
    {
        var text when text.Contains("boolean", StringComparison.Ordinal) => "true",
        var text when text.Contains("integer", StringComparison.Ordinal) => "1",
        var text when text.Contains("$ref", StringComparison.Ordinal) => "{}",
        _ => "\"x\"",
    };

    [GeneratedRegex(@"\{[a-z_]+\}")]
    private static partial Regex Placeholder();
}
