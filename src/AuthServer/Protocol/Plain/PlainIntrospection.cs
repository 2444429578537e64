using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Introspection;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Plain;

/// <summary>Introspection of an access token that is active (RFC 7662 section 2.2); about every other token OpenIddict answers.</summary>
public sealed class PlainIntrospection(
    PlainClient clients, ClientRequestLimit limit, AccessTokenReader tokens, TokenDisclosure disclosure, IssuerOptions issuer)
{
    /// <returns>False when nothing has happened and OpenIddict is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (await RequestForm.PeekAsync(http.Request) is not { } form) return false;
        if (await clients.AuthenticateAsync(http, form, ClientPermissions.Introspection) is not { } client) return false;
        if (form.Take("token") is not { } text) return false;
        // RFC 7662 section 2.1: only a hint, and the form of the token says it better.
        form.Take("token_type_hint");
        if (!form.IsExhausted || tokens.ReadBearer(text) is not { } token) return false;
        if (await disclosure.FindAsync(token, client, http.RequestAborted) is not { } told) return false;
        // A request over the limit is not counted here; OpenIddict's handler checks the limit again and sends the refusal.
        if (await limit.TakeAsync(client) is not null) return false;
        await IntrospectionResponse.WriteAsync(http, told, issuer.IssuerText);
        return true;
    }
}
