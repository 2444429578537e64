using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A registered client and what it does: one method per intent.</summary>
/// <param name="Secret">Null: a public client.</param>
public sealed record ClientApp(Issuer Issuer, string ClientId, string? Secret, string RedirectUri)
{
    /// <summary>With which it proves each request (DPoP); null: not at all.</summary>
    public ProofKey? Key { get; init; }

    /// <summary>A new authorization request with PKCE, state and nonce. A value of null takes a parameter away.</summary>
    public AuthorizationRequest NewRequest(string scope, IEnumerable<(string Name, string? Value)>? extra = null)
    {
        var (verifier, state, nonce) = (Random(), Random(), Random());
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = ClientId,
            ["response_type"] = "code",
            ["redirect_uri"] = RedirectUri,
            ["scope"] = scope,
            ["state"] = state,
            ["nonce"] = nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in extra ?? []) parameters[name] = value;
        return new AuthorizationRequest(
            QueryHelpers.AddQueryString(Issuer.PathOf("/connect/authorize"), parameters.Where(p => p.Value is not null)),
            verifier, state, nonce);
    }

    /// <summary>Pushes a request (RFC 9126 section 2.1). A value of null takes a parameter away.</summary>
    public Task<TokenAnswer> PushAsync(AuthorizationRequest request, params (string Name, string? Value)[] extra)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..])
            .SelectMany(p => p.Value.Select(value => (p.Key, value))).Where(p => extra.All(e => e.Name != p.Key));
        return PostAsync("/connect/par", [.. parameters, .. extra]);
    }

    /// <summary>Pushes a request object (RFC 9126 section 3).</summary>
    public Task<TokenAnswer> PushObjectAsync(string text, params (string Name, string? Value)[] extra) =>
        PostAsync("/connect/par", [("request", text), .. extra]);

    /// <summary>Pushes a request, and makes the one that the browser takes in its place.</summary>
    public async Task<AuthorizationRequest> NewPushedRequestAsync(
        string scope = "openid", IEnumerable<(string Name, string? Value)>? extra = null)
    {
        var request = NewRequest(scope, extra);
        var pushed = await PushAsync(request);
        return request with
        {
            Address = QueryHelpers.AddQueryString(
                Issuer.PathOf("/connect/authorize"),
                new Dictionary<string, string?>
                {
                    ["client_id"] = ClientId,
                    ["request_uri"] = pushed.Text("request_uri")
                        ?? throw new InvalidOperationException($"Nothing was pushed: {(int)pushed.Status} {pushed.Body}"),
                }),
        };
    }

    public Task<TokenAnswer> RedeemCodeAsync(AuthorizationAnswer answer, params (string Name, string? Value)[] extra) => TokenAsync(
        [("grant_type", "authorization_code"), ("code", answer.Code), ("redirect_uri", RedirectUri),
            ("code_verifier", answer.Request.Verifier), .. extra]);

    public Task<TokenAnswer> RefreshAsync(string refreshToken, params (string Name, string? Value)[] extra) =>
        TokenAsync([("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. extra]);

    public Task<TokenAnswer> ClientCredentialsAsync(string? scope = null, params (string Name, string? Value)[] extra) =>
        TokenAsync([("grant_type", "client_credentials"), ("scope", scope), .. extra]);

    /// <summary>RFC 8628 section 3.1.</summary>
    public Task<TokenAnswer> AskForDeviceAsync(string? scope = "openid", params (string Name, string? Value)[] extra) =>
        PostAsync("/connect/device", [("scope", scope), .. extra]);

    /// <summary>RFC 8628 section 3.4.</summary>
    public Task<TokenAnswer> PollDeviceAsync(string? deviceCode, params (string Name, string? Value)[] extra) => TokenAsync(
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", deviceCode), .. extra]);

    /// <summary>CIBA Core 1.0 section 7.1.</summary>
    public Task<TokenAnswer> AskForPersonAsync(string? loginHint, params (string Name, string? Value)[] extra) =>
        SendCibaAsync([("scope", extra.Any(e => e.Name == "scope") ? null : "openid"), ("login_hint", loginHint), .. extra]);

    /// <summary>A request of CIBA with these parameters and no others.</summary>
    public Task<TokenAnswer> SendCibaAsync(IEnumerable<(string Name, string? Value)> parameters) => PostAsync("/connect/ciba", parameters);

    /// <summary>CIBA Core 1.0 section 10.1.</summary>
    public Task<TokenAnswer> PollPersonAsync(string? requestId) =>
        TokenAsync([("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", requestId)]);

    public Task<TokenAnswer> IntrospectAsync(string token, params (string Name, string? Value)[] extra) =>
        PostAsync("/connect/introspect", [("token", token), .. extra]);

    public Task<TokenAnswer> RevokeAsync(string token, string? hint = null) =>
        PostAsync("/connect/revoke", [("token", token), ("token_type_hint", hint)]);

    public Task<TokenAnswer> TokenAsync(IEnumerable<(string Name, string? Value)> parameters) => PostAsync("/connect/token", parameters);

    public async Task<TokenAnswer> UserInfoAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Issuer.PathOf("/connect/userinfo"));
        request.Headers.Authorization = new AuthenticationHeaderValue(Key is null ? "Bearer" : "DPoP", accessToken);
        if (Key is not null) request.Headers.Add("DPoP", Key.Prove("GET", Issuer.Text + "/connect/userinfo", accessToken));
        return await TokenAnswer.ReadAsync(await Issuer.Http.SendAsync(request));
    }

    private async Task<TokenAnswer> PostAsync(string path, IEnumerable<(string Name, string? Value)> parameters)
    {
        var form = parameters.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value!)).ToList();
        // A public client names itself in the body (RFC 6749 section 3.2.1).
        if (Secret is null && form.All(p => p.Key != "client_id")) form.Add(new("client_id", ClientId));
        using var request = new HttpRequestMessage(HttpMethod.Post, Issuer.PathOf(path)) { Content = new FormUrlEncodedContent(form) };
        if (Key is not null) request.Headers.Add("DPoP", Key.Prove("POST", Issuer.Text + path));
        if (Secret is not null)
        {
            // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
            var pair = $"{Uri.EscapeDataString(ClientId)}:{Uri.EscapeDataString(Secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        return await TokenAnswer.ReadAsync(await Issuer.Http.SendAsync(request));
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
