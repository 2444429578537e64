using System.Text;
using System.Text.Json;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A program, or a page in a browser, that calls the JSON API.</summary>
public sealed record ApiCaller(Issuer Issuer)
{
    public (string Id, string Secret)? Basic { get; init; }

    public string? Bearer { get; init; }

    public string? Origin { get; init; }

    /// <summary>The value of X-CSRF.</summary>
    public string? Csrf { get; init; }

    /// <summary>The value of the refresh cookie.</summary>
    public string? Cookie { get; init; }

    public Task<ApiAnswer> LoginAsync(Person person, object? more = null) =>
        PostAsync("/v1/auth/login", Merge(new { email = person.Email, password = person.Password }, more));

    public Task<ApiAnswer> RefreshAsync(string? refreshToken, object? more = null) =>
        PostAsync("/v1/auth/refresh", Merge(refreshToken is null ? new { } : new { refresh_token = refreshToken }, more));

    public Task<ApiAnswer> LogoutAsync(string? refreshToken = null, object? more = null) =>
        refreshToken is null && more is null
            ? SendAsync(HttpMethod.Post, "/v1/auth/logout", null)
            : PostAsync("/v1/auth/logout", Merge(refreshToken is null ? new { } : new { refresh_token = refreshToken }, more));

    public Task<ApiAnswer> PostAsync(string path, string json, string mediaType = "application/json") =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, mediaType));

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (Basic is var (id, secret))
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{id}:{secret}")));
        }

        if (Bearer is not null) request.Headers.Authorization = new("Bearer", Bearer);
        if (Origin is not null) request.Headers.Add("Origin", Origin);
        if (Csrf is not null) request.Headers.Add("X-CSRF", Csrf);
        if (Cookie is not null) request.Headers.Add("Cookie", "__Secure-authplatform-refresh=" + Cookie);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await Issuer.Http.SendAsync(request);
        return new(answer.StatusCode, answer.Headers, answer.Content.Headers, await answer.Content.ReadAsStringAsync());
    }

    private static string Merge(object first, object? second)
    {
        var members = JsonSerializer.SerializeToNode(first)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(second ?? new { })!.AsObject().ToList())
        {
            members[name] = value?.DeepClone();
        }
        return members.ToJsonString();
    }
}
