using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Fixtures;

/// <param name="Address">Path and query at the server.</param>
public sealed record AuthorizationRequest(string Address, string Verifier, string State, string Nonce);

/// <summary>What came back to the app's redirect URI, or the page where the person was left.</summary>
public sealed record AuthorizationAnswer(AuthorizationRequest Request, Page Page, IReadOnlyDictionary<string, string> Parameters)
{
    public string? Error => Parameters.GetValueOrDefault("error");

    public string Code => Parameters.GetValueOrDefault("code") ?? throw new InvalidOperationException($"No code came back, but {Page}");

    public static AuthorizationAnswer Read(AuthorizationRequest request, Page page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var text = page.LeftTo is { } to ? to.Query.Length > 1 ? to.Query : to.Fragment.TrimStart('#') : "";
        return new AuthorizationAnswer(request, page, QueryHelpers.ParseQuery(text).ToDictionary(p => p.Key, p => p.Value.ToString()));
    }
}

/// <summary>A JSON answer of a protocol endpoint.</summary>
public sealed record TokenAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string Body)
{
    public bool IsOk => Status == HttpStatusCode.OK;

    public JsonElement Json => Body.Length == 0 ? default : JsonElement.Parse(Body);

    public string AccessToken => Text("access_token") ?? throw new InvalidOperationException($"No access token: {(int)Status} {Body}");

    public string RefreshToken => Text("refresh_token") ?? throw new InvalidOperationException($"No refresh token: {(int)Status} {Body}");

    public JsonWebToken IdToken => new(Text("id_token") ?? throw new InvalidOperationException($"No ID token: {(int)Status} {Body}"));

    public string? Error => Text("error");

    public bool IsActive => Json.TryGetProperty("active", out var active) && active.GetBoolean();

    public string? Text(string member) =>
        Body.StartsWith('{') && Json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static async Task<TokenAnswer> ReadAsync(HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using (answer) return new TokenAnswer(answer.StatusCode, answer.Headers, await answer.Content.ReadAsStringAsync());
    }
}
