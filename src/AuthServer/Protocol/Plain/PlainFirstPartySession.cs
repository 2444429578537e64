using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Token;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.RateLimits;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Plain;

/// <summary>
/// POST /v1/auth/refresh and /v1/auth/logout of a public client, with the refresh token in the body or in its cookie, or with a bearer
/// token.
/// </summary>
public sealed class PlainFirstPartySession(
    PlainClient clients, ClientDirectory directory, RefreshTokens refreshTokens, AccessTokenReader accessTokens, RefreshCookie cookie,
    RefreshCookieGuard guard,
    ApiBudgetGate budget, TokenResponse response)
{
    private static readonly RefreshRequest NoRefresh = new();
    private static readonly LogoutRequest NoLogout = new();

    /// <returns>False when nothing has happened and OpenIddict is to answer.</returns>
    public async ValueTask<bool> TryRefreshAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization.Count > 0) return false;
        if (await PlainJson.PeekOptionalAsync(http.Request, FirstPartyJson.Default.RefreshRequest, NoRefresh) is not { } body) return false;
        if (await ReadAsync(http, body.RefreshToken, body.ClientId, ClientPermissions.Token) is not var (client, token)) return false;
        var request = new RefreshGrantRequest(http, client, token.Text)
        {
            Scopes = SpaceList.Split(body.Scope),
            Call = new(FirstPartyRoute.Refresh, CookieMode: body.RefreshToken is null),
        };
        var over = await budget.TryEnterAsSessionAsync(http, token.SessionId);
        await response.WriteAsync(request, over is null ? await TokenGrants.DecideAsync(request) : new GrantAnswer.Answered(over));
        return true;
    }

    /// <inheritdoc cref="TryRefreshAsync"/>
    public async ValueTask<bool> TryLogOutAsync(HttpContext http)
    {
        if (await PlainJson.PeekOptionalAsync(http.Request, FirstPartyJson.Default.LogoutRequest, NoLogout) is not { } body) return false;
        if (http.Request.Headers.Authorization.Count > 0) return body.RefreshToken is null && await TryEndByBearerAsync(http);
        if (await ReadAsync(http, body.RefreshToken, body.ClientId, ClientPermissions.Revocation) is not var (client, token)) return false;
        http.Response.Headers.Pragma = "no-cache";
        if (await budget.TryEnterAsSessionAsync(http, token.SessionId) is { } over)
        {
            await over.ExecuteAsync(http);
            return true;
        }

        var call = new FirstPartyCall(FirstPartyRoute.Logout, CookieMode: body.RefreshToken is null);
        if (await http.RequestServices.GetRequiredService<SessionLogout>().EndAsync(http, client, token) is { } refused)
        {
            await response.RefuseAsync(http, call, refused.Error, refused.Description);
            return true;
        }

        if (call.CookieMode) cookie.Delete(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private async ValueTask<bool> TryEndByBearerAsync(HttpContext http)
    {
        if (BearerLogout.TokenOf(http.Request) is not { } bearer || accessTokens.ReadBearer(bearer) is not { } token) return false;
        if (await directory.FindAsync(token.ClientId, http.RequestAborted) is not { IsPlain: true }) return false;
        if (await http.RequestServices.GetRequiredService<BearerLogout>().LogOutAsync(http, bearer) is { } problem)
        {
            await problem.ExecuteAsync(http);
        }
        return true;
    }

    /// <summary>The client, and its refresh token, of which form and MAC are right.</summary>
    private async ValueTask<(RegisteredClient Client, RefreshToken Token)?> ReadAsync(
        HttpContext http, string? inBody, string? named, string endpoint)
    {
        if ((inBody ?? cookie.Read(http)) is not { } text || !RefreshTokens.HasForm(text) || refreshTokens.Read(text) is not { } token)
        {
            return null;
        }
        if (FirstPartyClient.Of(http.Request, named) is not (var clientId, null)) return null;
        var presented = new PresentedClient(clientId, ClientAuthMethods.None, Proof: null);
        if (await clients.AuthenticateAsync(http, presented, endpoint) is not { } client) return null;
        return inBody is null && guard.Check(http.Request, client) is not null ? null : (client, token);
    }
}
