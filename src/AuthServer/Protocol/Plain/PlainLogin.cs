using System.Buffers;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.JsonApi;
using AuthServer.Protocol.Token;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.RateLimits;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Plain;

/// <summary>POST /v1/auth/login of a public client that keeps its refresh token itself; what is wrong with any other request the library's handlers say.</summary>
public sealed class PlainLogin(ClientDirectory clients, ApiBudgetGate budget, TokenAnswer answers)
{
    private const int LongestBody = 2 * 1024;

    private static readonly string Endpoint = Permissions.Endpoints.Token[Permissions.Prefixes.Endpoint.Length..];

    /// <returns>False when nothing has happened and the library is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.ContentType is not ("application/json" or "application/json; charset=utf-8") || request.Headers.Authorization.Count > 0) return false;
        // In the cookie mode the guard against other sites has its say.
        if (await PlainBody.PeekAsync(request, LongestBody, Parse) is not { RefreshCookie: false } body) return false;
        if (await clients.AuthenticateAsync(body.ClientId ?? BuiltIns.FirstPartyClientId, secret: null, http.RequestAborted) is not { IsPublic: true, MaySignIn: true, IsPlain: true } client) return false;
        if (!client.Endpoints.Contains(Endpoint) || !client.GrantTypes.Contains(GrantNames.Login) || TokenGrants.Find(http, GrantNames.Login) is not { } grant) return false;
        if (budget.TryEnterAsAddress(http) is { } over)
        {
            await answers.WriteAsync(http, client, new(http, client, [], []), new GrantAnswer.Answered(over));
            return true;
        }

        var login = new GrantRequest(http, client, [], []) { Login = body };
        await answers.WriteAsync(http, client, login, await grant.DecideAsync(login));
        return true;
    }

    private static LoginRequest? Parse(ReadOnlySequence<byte> body) =>
        JsonBody.Parse(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), FirstPartyJson.Default.LoginRequest).Value;
}
