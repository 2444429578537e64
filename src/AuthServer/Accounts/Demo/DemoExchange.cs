using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Seeding;
using AuthServer.Ui.Demo;
using AuthServer.Ui.Protocol.Errors;

namespace AuthServer.Accounts.Demo;

/// <summary>What became of a code.</summary>
public abstract record DemoOutcome
{
    private DemoOutcome()
    {
    }

    public sealed record Exchanged(DemoTokensModel Tokens) : DemoOutcome;

    public sealed record Failed(DemoProblem Problem, OAuthError? Error = null) : DemoOutcome;
}

/// <summary>Redeems a code at the token endpoint and asks userinfo, over HTTP at the public address, as an app elsewhere would.</summary>
public sealed class DemoExchange(DemoApp app, IssuerOptions issuer, OwnAuthority authority, ILogger<DemoExchange> log) : IDisposable
{
    private const long LongestAnswer = 256 * 1024;

    // Neither cookies nor redirects nor a proxy: the request is for this server alone.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseCookies = false, AllowAutoRedirect = false, UseProxy = false, SslOptions = { CertificateChainPolicy = TrustIn(authority) },
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    public void Dispose() => _http.Dispose();

    private static X509ChainPolicy? TrustIn(OwnAuthority authority) => authority.Certificate is not { } root ? null : new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { root },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    public async Task<DemoOutcome> RedeemAsync(string code, DemoAttempt attempt, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, issuer.IssuerText + ProtocolPaths.Token)
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "authorization_code",
                    ["client_id"] = DemoApp.ClientId,
                    ["redirect_uri"] = app.RedirectUri,
                    ["code"] = code,
                    ["code_verifier"] = attempt.Verifier,
                }),
            };
            var answer = await AskAsync(request, cancellation);
            if (Text(answer, "error") is { } error)
            {
                return new DemoOutcome.Failed(DemoProblem.Refused, new(error, Text(answer, "error_description")));
            }

            if (Text(answer, "id_token") is not { } idText || Text(answer, "access_token") is not { } access)
            {
                return new DemoOutcome.Failed(DemoProblem.NotReached);
            }

            // OpenID Connect Core 3.1.3.7: the token came straight from the server, which stands in for its signature (point 6).
            var (idToken, claims) = DecodedTokens.Decode(idText);
            if ((Text(claims, "iss"), Text(claims, "aud"), Text(claims, "nonce")) != (issuer.IssuerText, DemoApp.ClientId, attempt.Nonce))
            {
                return new DemoOutcome.Failed(DemoProblem.NotBelieved);
            }

            var person = await UserInfoAsync(access, cancellation);
            // OpenID Connect Core 5.3.2
            if (Text(person, "sub") != Text(claims, "sub")) return new DemoOutcome.Failed(DemoProblem.NotBelieved);
            return new DemoOutcome.Exchanged(DemoCommands.With(issuer, access, Text(answer, "refresh_token")) with
            {
                Name = Text(person, "name"),
                IdToken = idToken,
                AccessToken = DecodedTokens.Decode(access).Shown,
            });
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or FormatException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            log.LogWarning("The demo app got no answer that it understands from {Issuer}: {Reason}", issuer.IssuerText, e.Message);
            return new DemoOutcome.Failed(DemoProblem.NotReached);
        }
    }

    private async Task<JsonElement> UserInfoAsync(string accessToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, issuer.IssuerText + ProtocolPaths.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await AskAsync(request, cancellation);
    }

    private async Task<JsonElement> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await _http.SendAsync(request, cancellation);
        return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
