using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A program that calls the JSON API.</summary>
/// <param name="AccessToken">Null: it has none.</param>
public sealed record ApiClient(Issuer Issuer, string? AccessToken = null)
{
    public const string FullAccess = "openid offline_access account:read account:write users:read users:write";

    /// <summary>Signs a person in with an app, in a browser of their own.</summary>
    public static async Task<ApiClient> SignInAsync(AuthServerHost host, ClientApp app, Person person, string scope = FullAccess)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(app);
        var browser = host.NewBrowser();
        await browser.SignInAsync(person);
        return new(host.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope))).AccessToken);
    }

    public static Task<ApiClient> SignInAsync(AuthServerHost host, Person person, string scope = FullAccess) =>
        SignInAsync(host, Seed.Console(host.Issuer), person, scope);

    public Task<ApiAnswer> GetAsync(string address, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, address, null, headers);

    public Task<ApiAnswer> PostAsync(string address, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, address, body, headers);

    public Task<ApiAnswer> PutAsync(string address, object body, string? etag) =>
        SendAsync(HttpMethod.Put, address, body, etag is null ? [] : [("If-Match", etag)]);

    public Task<ApiAnswer> PatchAsync(string address, object body, string? etag) =>
        SendAsync(HttpMethod.Patch, address, body, etag is null ? [] : [("If-Match", etag)]);

    public Task<ApiAnswer> DeleteAsync(string address, string? etag = null) =>
        SendAsync(HttpMethod.Delete, address, null, etag is null ? [] : [("If-Match", etag)]);

    /// <param name="body">A text is sent as it is, everything else as JSON.</param>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string address, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }
        if (AccessToken is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await Issuer.Http.SendAsync(request);
        return new(answer.StatusCode, answer.Headers, answer.Content.Headers, await answer.Content.ReadAsStringAsync());
    }
}
