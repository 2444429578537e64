#!/usr/bin/env dotnet
#:property PublishAot=false
// A mobile or desktop app of the operator on /v1, with nothing but HttpClient: dotnet run mobile.cs EMAIL
// It makes an account, signs in, reads and changes the profile, and signs out.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

using var http = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("SERVER") ?? "http://localhost:5080") };
var (email, password) = (args[0], Environment.GetEnvironmentVariable("PASSWORD") ?? "Quiet-River-31-Lamp");
var account = new Account(http);

await account.RegisterAsync(email, password, "Mona", "Mobile");
await account.LogInAsync(email, password);
Console.WriteLine("Logged in");

var (me, version) = await account.ReadAsync();
Console.WriteLine($"Hello, {me.FirstName} {me.LastName}");

// As after fifteen minutes: the access token is no longer good, and nobody notices.
account.ForgetAccessToken();
await account.ChangeAsync(me with { FirstName = "Monika" }, version);
Console.WriteLine($"Hello, {(await account.ReadAsync()).User.FirstName}");

try
{
    await account.ChangeAsync(me with { FirstName = "Mo" }, version);
}
catch (ProblemException problem) when (problem.Status == HttpStatusCode.PreconditionFailed)
{
    Console.WriteLine("Changed elsewhere");
}

await account.LogOutAsync();
Console.WriteLine("Logged out");

/// <summary>One person's account: keeps the tokens, and renews the access token when it has expired.</summary>
sealed class Account(HttpClient http)
{
    private readonly SemaphoreSlim _refreshing = new(1);
    private string? _accessToken;

    // In a real app it lives in the platform's key store (Keychain, Keystore, SecureStorage), and nowhere else.
    private string? _refreshToken;

    public async Task RegisterAsync(string email, string password, string firstName, string lastName)
    {
        var body = new { email, password, first_name = firstName, last_name = lastName };
        // The phone may lose the answer: with its own key, the request can be sent again.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/register") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await CheckAsync(await http.SendAsync(request));
    }

    public async Task LogInAsync(string email, string password) => await TakeTokensAsync("/v1/auth/login", new { email, password, scope = "account:read account:write" });

    public async Task<(User User, string Version)> ReadAsync()
    {
        using var answer = await SendAsync(() => new(HttpMethod.Get, "/v1/users/me"));
        return ((await answer.Content.ReadFromJsonAsync<User>())!, answer.Headers.ETag!.ToString());
    }

    public async Task ChangeAsync(User user, string version)
    {
        using var answer = await SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, "/v1/users/me") { Content = JsonContent.Create(user) };
            request.Headers.Add("If-Match", version);
            return request;
        });
    }

    public void ForgetAccessToken() => _accessToken = null;

    public async Task LogOutAsync()
    {
        using var answer = await CheckAsync(await http.PostAsJsonAsync("/v1/auth/logout", new { refresh_token = _refreshToken }));
        (_accessToken, _refreshToken) = (null, null);
    }

    /// <param name="request">Makes the request; a second time when the access token was refused.</param>
    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request)
    {
        var used = _accessToken;
        var answer = await SendAsync(request, used);
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return await CheckAsync(answer);
        answer.Dispose();
        await RefreshAsync(used);
        return await CheckAsync(await SendAsync(request, _accessToken));
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, string? token)
    {
        using var message = request();
        if (token is not null) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(message);
    }

    private async Task RefreshAsync(string? refused)
    {
        // One at a time: each refresh token is used once, and using an old one again ends the session.
        await _refreshing.WaitAsync();
        try
        {
            if (_accessToken == refused) await TakeTokensAsync("/v1/auth/refresh", new { refresh_token = _refreshToken });
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task TakeTokensAsync(string path, object body)
    {
        using var answer = await CheckAsync(await http.PostAsJsonAsync(path, body));
        var tokens = (await answer.Content.ReadFromJsonAsync<Tokens>())!;
        (_accessToken, _refreshToken) = (tokens.AccessToken, tokens.RefreshToken);
    }

    private static async Task<HttpResponseMessage> CheckAsync(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw new ProblemException(answer.StatusCode, (await answer.Content.ReadFromJsonAsync<Problem>())?.Detail);
    }
}

sealed class ProblemException(HttpStatusCode status, string? detail) : Exception($"{(int)status} {detail}")
{
    public HttpStatusCode Status => status;
}

record Tokens([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("refresh_token")] string RefreshToken);

record User(
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("first_name")] string? FirstName,
    [property: JsonPropertyName("last_name")] string? LastName);

record Problem([property: JsonPropertyName("detail")] string? Detail);
