using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Token;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.RateLimits;

namespace AuthServer.Protocol.Plain;

/// <summary>POST /v1/auth/login of a public client that keeps its refresh token itself.</summary>
public sealed class PlainLogin(PlainClient clients, ApiBudgetGate budget, TokenResponse response)
{
    /// <returns>False when nothing has happened and OpenIddict is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization.Count > 0) return false;
        // In the cookie mode the guard against other sites decides, on the long way.
        if (await PlainJson.PeekAsync(http.Request, FirstPartyJson.Default.LoginRequest) is not { RefreshCookie: false } body) return false;
        if (FirstPartyClient.Of(http.Request, body.ClientId) is not (var clientId, null)) return false;
        var presented = new PresentedClient(clientId, ClientAuthMethods.None, Proof: null);
        if (await clients.AuthenticateAsync(http, presented, ClientPermissions.Token) is not { MaySignIn: true } client) return false;
        var request = new LoginGrantRequest(http, client, body) { Call = new(FirstPartyRoute.Login, CookieMode: false) };
        var over = await budget.TryEnterAsAddressAsync(http);
        await response.WriteAsync(request, over is null ? await TokenGrants.DecideAsync(request) : new GrantAnswer.Answered(over));
        return true;
    }
}
