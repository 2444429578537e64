using AuthServer.Clients.Directory;

namespace AuthServer.Protocol.Plain;

/// <summary>Authenticates a client in the plain ways: a secret in the form or by HTTP Basic (RFC 6749 section 2.3.1), or none for a public client.</summary>
public sealed class PlainClient(ClientDirectory clients)
{
    private const int LongestBasic = 1024;

    /// <param name="endpoint">The endpoint that the client must be registered for.</param>
    /// <returns>Null when the library is to judge: every failure, and every other method.</returns>
    public async ValueTask<RegisteredClient?> AuthenticateAsync(HttpContext http, RequestForm form, string endpoint)
    {
        var (clientId, secret) = (form.Take("client_id"), form.Take("client_secret"));
        var headers = http.Request.Headers.Authorization;
        if (headers.Count > 0)
        {
            // Two ways at once are an error (RFC 6749 section 2.3).
            if (clientId is not null || secret is not null || headers.Count != 1 || Basic(headers[0]) is not var (user, password)) return null;
            (clientId, secret) = (user, password);
        }

        if (clientId is null) return null;
        var client = await clients.AuthenticateAsync(clientId, secret, http.RequestAborted);
        return client is { IsPlain: true } && client.Endpoints.Contains(endpoint) ? client : null;
    }

    private static (string User, string Password)? Basic(string? header)
    {
        if (header is not { Length: > 6 and < LongestBasic } || !header.StartsWith("Basic ", StringComparison.Ordinal)) return null;
        Span<byte> bytes = stackalloc byte[LongestBasic];
        if (!Convert.TryFromBase64Chars(header.AsSpan(6), bytes, out var length)) return null;
        ReadOnlySpan<byte> pair = bytes[..length];
        var colon = pair.IndexOf((byte)':');
        if (colon <= 0) return null;
        // Both halves were form-encoded before they were joined.
        return RequestForm.Decode(pair[..colon]) is { } user && RequestForm.Decode(pair[(colon + 1)..]) is { Length: > 0 } password ? (user, password) : null;
    }
}
