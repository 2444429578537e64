using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.UserInfo;

/// <summary>The userinfo endpoint (OpenID Connect Core 5.3).</summary>
public sealed class UserInfoEndpoint(
    UserInfoClaims claims, KeyRing ring, ClientEnvelopes envelopes, IssuerOptions issuer, TimeProvider time)
    : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var token = context.Transaction.GetProperty<AccessToken>(AccessTokenIntake.Key)!;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        switch (await claims.OfAsync(token, http.RequestAborted))
        {
            case UserInfoResult.Refused(var error, var description):
                context.Reject(error, description);
                break;
            case UserInfoResult.Told(var told, { Tokens.Encryption.UserInfo: { } form } client):
                var (envelope, fault) = await envelopes.OpenAsync(client, form, http.RequestAborted);
                if (envelope is null)
                {
                    context.Reject(OAuthErrors.InvalidRequest, fault);
                    break;
                }

                await WriteJwtAsync(http, token, told, client, envelope);
                context.HandleRequest();
                break;
            case UserInfoResult.Told(var told, { Tokens.UserInfoSignedResponseAlg: not null } client):
                await WriteJwtAsync(http, token, told, client, envelope: null);
                context.HandleRequest();
                break;
            case UserInfoResult.Told(var told, _):
                context.Subject = token.Subject;
                foreach (var (name, value) in told)
                {
                    context.Claims[name] = new OpenIddictParameter(JsonSerializer.SerializeToElement(value));
                }
                break;
        }
    }

    // OpenID Connect Core 5.3.2: with iss and aud, which a bare object has no need of; signed, encrypted, or signed and then encrypted.
    private Task WriteJwtAsync(HttpContext http, AccessToken token, JsonObject told, RegisteredClient client, Envelope? envelope)
    {
        var signer = client.Tokens.UserInfoSignedResponseAlg is { } algorithm ? ring.Current.Signer(algorithm) : null;
        return JwtAnswer.WriteAsync(http, "application/jwt", signer, "JWT", envelope, json =>
        {
            json.WriteString("iss", issuer.IssuerText);
            json.WriteString("aud", client.ClientId);
            json.WriteNumber("iat", time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteString(ClaimNames.Subject, token.Subject);
            foreach (var (name, value) in told)
            {
                json.WritePropertyName(name);
                if (value is null) json.WriteNullValue();
                else value.WriteTo(json);
            }
        });
    }
}
