using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuthServer.Users.Upstream;

/// <summary>Asks GitHub for the address of a person, which its userinfo has only where the person made it public.</summary>
/// <remarks>https://docs.github.com/en/rest/users/emails</remarks>
public sealed partial class GitHubAddresses(HttpClient http)
{
    private static readonly Uri Address = new("https://api.github.com/user/emails");

    /// <returns>Null when the person has no address there.</returns>
    internal async Task<ProvenAddress?> FindAsync(string accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var all = await JsonSerializer.DeserializeAsync(
            await answer.Content.ReadAsStreamAsync(cancellationToken), GitHubJson.Default.GitHubAddressArray, cancellationToken) ?? [];
        return Array.Find(all, one => one.Primary) is { Email: { } email } primary ? new(email, primary.Verified) : null;
    }

    internal sealed record GitHubAddress(string? Email, bool Primary, bool Verified);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(GitHubAddress[]))]
    private sealed partial class GitHubJson : JsonSerializerContext;
}
