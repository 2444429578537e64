using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ResourceApi;

/// <summary>
/// Asks the authorization server whether the session behind an access token still stands (RFC 7662), so that a person who takes an access
/// back ends it at once, and not when the token expires.
/// </summary>
/// <remarks>It costs a call for each request. Without it a token that the API has checked by itself stays good for its minutes.</remarks>
public sealed class TokenStanding(HttpClient client, ApiSettings settings)
{
    private const int LargestAnswer = 64 * 1024;

    public static void Add(IServiceCollection services) =>
        services.AddHttpClient<TokenStanding>(http => (http.Timeout, http.MaxResponseContentBufferSize) =
                (TimeSpan.FromSeconds(5), LargestAnswer))
            // A redirect would take the token, and the secret, to an address that nobody has configured.
            .ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    /// <param name="endpoint">As discovery names it.</param>
    /// <exception cref="IssuerUnreachableException">The server does not say.</exception>
    public async Task<bool> IsActiveAsync(string? endpoint, string token, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]);
        // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
        var pair = $"{Uri.EscapeDataString(settings.IntrospectionClient!)}:{Uri.EscapeDataString(settings.IntrospectionSecret ?? "")}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        try
        {
            using var response = await client.SendAsync(request, stop);
            response.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(stop));
            return answer.RootElement.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or InvalidOperationException
            || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new IssuerUnreachableException(error);
        }
    }
}
