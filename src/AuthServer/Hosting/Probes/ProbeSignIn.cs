using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Probes;

/// <summary>A new person registers, signs in with a password, uses the token, refreshes it, uses the new one and signs out.</summary>
/// <remarks>Over HTTP, because all of this has to work after a restore: hashing, the key ring, tokens, sessions, rotation.</remarks>
public sealed class ProbeSignIn(HttpClient client)
{
    private const int LongestAnswer = 300;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var email = $"restore-drill-{RandomNumberGenerator.GetHexString(16, lowercase: true)}@drill.example";
        // Has each kind of character that a password must have.
        var password = "Aa1-" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        var account = await PostAsync(ApiPaths.Register, new() { ["email"] = email, ["password"] = password }, cancellation);
        var login = await PostAsync(
            ApiPaths.Login, new() { ["email"] = email, ["password"] = password, ["scope"] = "openid offline_access" }, cancellation);
        await UseAsync(login, TextOf(account, "id"), cancellation);
        var refreshed = await PostAsync(
            ApiPaths.Refresh, new() { ["refresh_token"] = TextOf(login, "refresh_token") }, cancellation);
        await UseAsync(refreshed, TextOf(account, "id"), cancellation);
        await PostAsync(ApiPaths.Logout, new() { ["refresh_token"] = TextOf(refreshed, "refresh_token") }, cancellation);
    }

    /// <summary>The server verifies the signature of the token, and looks whether the session stands.</summary>
    private async Task UseAsync(JsonNode tokens, string subject, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ProtocolPaths.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TextOf(tokens, "access_token"));
        if (TextOf(await SendAsync(request, cancellation), "sub") != subject)
            throw new InvalidDataException($"{ProtocolPaths.UserInfo} answers with another person than the one who signed in");
    }

    private async Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await SendAsync(request, cancellation);
    }

    private async Task<JsonNode> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var answer = await client.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            // About the account of this probe alone.
            var words = body.Length > LongestAnswer ? body[..LongestAnswer] : body;
            throw new InvalidDataException($"{request.RequestUri!.OriginalString} answers {(int)answer.StatusCode} {words}".TrimEnd());
        }

        return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
    }

    private static string TextOf(JsonNode node, string member) =>
        (string?)node[member] ?? throw new InvalidDataException($"an answer has no {member}");
}
