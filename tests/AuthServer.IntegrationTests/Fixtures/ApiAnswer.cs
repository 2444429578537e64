using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>An answer of the JSON API.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string? MediaType => ContentHeaders.ContentType?.MediaType;

    public string AccessToken => Text("access_token") ?? throw new InvalidOperationException($"No access token: {this}");

    public string RefreshToken => Text("refresh_token") ?? throw new InvalidOperationException($"No refresh token: {this}");

    /// <summary>The Set-Cookie line of the refresh cookie.</summary>
    public string? SetCookie =>
        Headers.TryGetValues("Set-Cookie", out var values)
            ? values.SingleOrDefault(v => v.StartsWith("__Secure-authplatform-refresh=", StringComparison.Ordinal))
            : null;

    public string Cookie =>
        SetCookie?.Split(';')[0].Split('=', 2)[1] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"No cookie: {this}");

    public string ETag => Headers.ETag?.ToString() ?? throw new InvalidOperationException($"No ETag: {this}");

    public string Location => Headers.Location?.OriginalString ?? throw new InvalidOperationException($"No Location: {this}");

    public string Id => Json.GetProperty("id").GetString()!;

    /// <summary>The last word of a problem's type; null for an answer that is none.</summary>
    public string? Problem => MediaType == "application/problem+json" ? Json.GetProperty("type").GetString()!.Split(':')[^1] : null;

    /// <summary>The members that a problem names.</summary>
    public string[] Members => Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];

    public string? Text(string member) =>
        Body.StartsWith('{') && Json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public bool Has(string member) => Body.StartsWith('{') && Json.TryGetProperty(member, out _);

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public ApiAnswer Expect(HttpStatusCode status, string? problem = null)
    {
        Assert.True((Status, Problem) == (status, problem), $"Expected {(int)status} {problem}, but {this}");
        return this;
    }

    /// <summary>Asserts that it is this problem, in the form of the JSON API.</summary>
    public static void Refused(ApiAnswer answer, HttpStatusCode status, string problem, string? challenge = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer.Expect(status, problem);
        Assert.Equal(("no-store", challenge), (answer.Header("Cache-Control"), answer.Header("WWW-Authenticate")));
        Assert.False(answer.Has("error"));
    }

    public override string ToString() => $"{(int)Status} {MediaType} {Body}";
}
