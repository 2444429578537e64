using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>One authorization request with PKCE, and the code flow that follows from it.</summary>
internal sealed record AuthorizationRequest(Contender Server, ClientAccount Client, string Path, string Verifier)
{
    public static AuthorizationRequest New(Contender server, ClientAccount client, string scope)
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        var verifier = Base64Url.EncodeToString(random);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var query = RequestText.Pairs(
            ("client_id", client.Id), ("response_type", "code"), ("redirect_uri", Cast.RedirectUri), ("scope", scope),
                ("state", verifier[..16]), ("nonce", verifier[16..32]),
            ("code_challenge", challenge), ("code_challenge_method", "S256"));
        return new(server, client, $"{server.Endpoints.Authorize}?{query}", verifier);
    }

    /// <summary>The whole flow of a signed-in browser: authorize, code, tokens.</summary>
    public async ValueTask<FlowAnswer> RunAsync(HttpConnection connection, string cookie)
    {
        var answer = await connection.SendAsync(RequestText.Get(Server.Host, Path, cookie: cookie));
        var location = answer.Header("location");
        if (answer.Status is not (302 or 303) || location is null || CodeOf(location) is not { } code)
        {
            return new(answer, "no code: " + answer.Describe());
        }
        if (!location.Contains($"state={Verifier[..16]}", StringComparison.Ordinal))
        {
            return new(answer, "another state: " + answer.Describe());
        }
        answer = await connection.SendAsync(RequestText.Form(Server.Host, Server.Endpoints.Token, RequestText.Pairs(
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Cast.RedirectUri), ("code_verifier", Verifier),
            ("client_id", Client.Id), ("client_secret", Client.Secret))));
        return new(answer, answer.Status == 200 && answer.Has("\"access_token\""u8)
            && answer.Has("\"id_token\""u8) ? null : "no tokens: " + answer.Describe());
    }

    private static string? CodeOf(string location)
    {
        if (!location.StartsWith(Cast.RedirectUri, StringComparison.Ordinal)) return null;
        var at = location.IndexOf("code=", StringComparison.Ordinal);
        if (at < 0) return null;
        var end = location.IndexOf('&', at);
        return Uri.UnescapeDataString(end < 0 ? location[(at + 5)..] : location[(at + 5)..end]);
    }
}

/// <summary>What a flow ended with.</summary>
/// <param name="Problem">Null: as it should be.</param>
internal readonly record struct FlowAnswer(HttpAnswer Answer, string? Problem)
{
    public string? AccessToken => Answer.Member("\"access_token\""u8);

    public string? RefreshToken => Answer.Member("\"refresh_token\""u8);
}
