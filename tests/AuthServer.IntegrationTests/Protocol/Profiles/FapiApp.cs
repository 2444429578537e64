using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Mtls;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>An app of FAPI 2.0: it authenticates by a key or a certificate, pushes its requests, and holds a key for its tokens.</summary>
internal sealed record FapiApp(ProfileServer Server, string ClientId)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Signs its assertions; null: it has none.</summary>
    public ClientSigner? Signer { get; init; }

    public X509Certificate2? Certificate { get; init; }

    /// <summary>With which it proves each request (DPoP); null: not at all.</summary>
    public ProofKey? Key { get; init; }

    /// <summary>What it changes in its proofs.</summary>
    public Action<JsonObject>? Proof { get; init; }

    /// <summary>What it changes in its assertions.</summary>
    public Action<JsonObject>? Assertion { get; init; }

    public string Algorithm { get; init; } = "ES256";

    public string Redirect => ProfileServer.RedirectOf(ClientId);

    private Issuer Issuer => Server.Issuer;

    public AuthorizationRequest NewRequest(string scope = "openid", params (string Name, string? Value)[] extra) =>
        new ClientApp(Issuer, ClientId, null, Redirect).NewRequest(scope, extra);

    public Task<TokenAnswer> PushAsync(AuthorizationRequest request, params (string Name, string? Value)[] extra) =>
        PostAsync("/connect/par", [.. ParametersOf(request), .. extra]);

    public Task<TokenAnswer> PushObjectAsync(string text, params (string Name, string? Value)[] extra) =>
        PostAsync("/connect/par", [("request", text), .. extra]);

    /// <summary>The address that the browser takes after a push.</summary>
    public string AddressOf(TokenAnswer pushed) => QueryHelpers.AddQueryString(
        Issuer.PathOf("/connect/authorize"),
        new Dictionary<string, string?>
        {
            ["client_id"] = ClientId,
            ["request_uri"] = pushed.Text("request_uri")
                ?? throw new InvalidOperationException($"Nothing was pushed: {(int)pushed.Status} {pushed.Body}"),
        });

    /// <summary>From the push to the code.</summary>
    public async Task<AuthorizationAnswer> AuthorizeAsync(string scope = "openid", params (string Name, string? Value)[] extra)
    {
        var request = NewRequest(scope, extra);
        var address = AddressOf(await PushAsync(request));
        return AuthorizationAnswer.Read(request, await (await Server.SignedInAsync()).OpenAsync(address));
    }

    public Task<TokenAnswer> RedeemAsync(AuthorizationAnswer answer, params (string Name, string? Value)[] extra) =>
        RedeemAsync(answer.Code, answer.Request, extra);

    public Task<TokenAnswer> RedeemAsync(string code, AuthorizationRequest request, params (string Name, string? Value)[] extra) =>
        PostAsync("/connect/token",
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Redirect), ("code_verifier", request.Verifier), .. extra,
        ]);

    public async Task<TokenAnswer> SignInAsync(string scope = "openid offline_access") => await RedeemAsync(await AuthorizeAsync(scope));

    public Task<TokenAnswer> RefreshAsync(string token) =>
        PostAsync("/connect/token", [("grant_type", "refresh_token"), ("refresh_token", token)]);

    public async Task<TokenAnswer> UserInfoAsync(string token, string? scheme = null)
    {
        const string Path = "/connect/userinfo";
        using var request = new HttpRequestMessage(HttpMethod.Get, Issuer.PathOf(Path));
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme ?? (Key is null ? "Bearer" : "DPoP"), token);
        if (Key is not null) request.Headers.Add("DPoP", Key.Prove("GET", Issuer.Text + Path, token, claims: Proof));
        return await SendAsync(request);
    }

    /// <summary>A request as an object that the app has signed (RFC 9101).</summary>
    public string Sign(
        AuthorizationRequest request, Action<JsonObject>? change = null, ClientSigner? signer = null, string? algorithm = null)
    {
        var now = Server.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = ClientId, ["aud"] = Issuer.Text, ["exp"] = now + 300, ["nbf"] = now, ["iat"] = now,
        };
        foreach (var (name, value) in ParametersOf(request)) claims[name] = value;
        change?.Invoke(claims);
        var by = signer ?? Signer!;
        return by.Sign(algorithm ?? Algorithm, (string?)by.Jwk["kid"], claims, "oauth-authz-req+jwt");
    }

    /// <summary>A value of null takes a parameter away, the authentication of the client too.</summary>
    public async Task<TokenAnswer> PostAsync(string path, IEnumerable<(string Name, string? Value)> parameters, HttpMethod? method = null)
    {
        var form = new Dictionary<string, string?> { ["client_id"] = ClientId };
        if (Signer is not null) (form["client_assertion_type"], form["client_assertion"]) = (AssertionType, NewAssertion());
        foreach (var (name, value) in parameters) form[name] = value;
        using var content = new FormUrlEncodedContent(
            form.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Key, p.Value!)));
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, Issuer.PathOf(path)) { Content = content };
        if (Key is not null) request.Headers.Add("DPoP", Key.Prove("POST", Issuer.Text + path, claims: Proof));
        return await SendAsync(request);
    }

    private string NewAssertion()
    {
        var now = Server.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = ClientId, ["sub"] = ClientId, ["aud"] = Issuer.Text, ["jti"] = Guid.CreateVersion7().ToString(), ["exp"] = now + 60,
            ["iat"] = now, ["nbf"] = now,
        };
        Assertion?.Invoke(claims);
        return Signer!.Sign(Algorithm, (string?)Signer.Jwk["kid"], claims);
    }

    private async Task<TokenAnswer> SendAsync(HttpRequestMessage request)
    {
        if (Certificate is not null) request.Headers.Add(MtlsFixture.Header, ClientAuthority.HeaderOf(Certificate));
        return await TokenAnswer.ReadAsync(await Issuer.Http.SendAsync(request));
    }

    private static IEnumerable<(string Name, string? Value)> ParametersOf(AuthorizationRequest request) =>
        QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..])
            .Select(p => (p.Key, (string?)p.Value.ToString()));
}

internal static class FapiAnswers
{
    public static void Refused(this TokenAnswer answer, params string[] errors)
    {
        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, $"{(int)answer.Status} {answer.Body}");
        Assert.Contains(answer.Error, errors);
        Assert.NotEmpty(answer.Text("error_description")!);
    }

    public static TokenAnswer Ok(this TokenAnswer answer)
    {
        Assert.True(answer.IsOk, $"{(int)answer.Status} {answer.Body}");
        return answer;
    }
}
