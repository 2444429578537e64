using AuthServer.Clients.Directory;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Token;

namespace AuthServer.Protocol.Plain;

/// <summary>The token endpoint for plain requests: the steps of <c>TokenEndpoint</c>, without OpenIddict around them.</summary>
public sealed class PlainToken(PlainClient clients, ClientRequestLimit limit, TokenResponse response)
{
    /// <returns>False when nothing has happened and OpenIddict is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (await RequestForm.PeekAsync(http.Request) is not { } form) return false;
        if (await clients.AuthenticateAsync(http, form, ClientPermissions.Token) is not { } client) return false;
        if (form.Take("grant_type") is not { } grantType
            || GrantRequest.Read(http, client, grantType, form.Take).Request is not { } request)
        {
            return false;
        }
        // A parameter that the grant does not know may mean something to OpenIddict's handlers.
        if (!form.IsExhausted) return false;
        // A request over the limit is not counted here; OpenIddict's handler checks the limit again and sends the refusal.
        if (await limit.TakeAsync(client) is not null) return false;
        await response.WriteAsync(request, await TokenGrants.DecideAsync(request));
        return true;
    }
}
