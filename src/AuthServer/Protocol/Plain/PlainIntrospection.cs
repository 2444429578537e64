using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Protocol.Introspection;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Plain;

/// <summary>Introspection of an access token that is active (RFC 7662 section 2.2); about every other token the library answers.</summary>
public sealed class PlainIntrospection(PlainClient clients, AccessTokenReader tokens, ClientLimit limit, IssuerOptions issuer)
{
    /// <returns>False when nothing has happened and the library is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (await RequestForm.PeekAsync(http.Request) is not { } form) return false;
        var endpoint = Permissions.Endpoints.Introspection[Permissions.Prefixes.Endpoint.Length..];
        if (await clients.AuthenticateAsync(http, form, endpoint) is not { IsPublic: false } client) return false;
        if (form.Take("token") is not { } text) return false;
        // RFC 7662 section 2.1: only a hint, and the form of the token says it better.
        form.Take("token_type_hint");
        if (!form.IsExhausted || tokens.ReadBearer(text) is not { } token) return false;
        if (!await http.RequestServices.GetRequiredService<TokenDisclosure>().AllowsAsync(token, client, http.RequestAborted)) return false;
        if (limit.Take(client.ClientId) is not null) return false;
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (token, issuer.IssuerText), static (json, x) => Describe(json, x.token, x.IssuerText));
        return true;
    }

    private static void Describe(Utf8JsonWriter json, AccessToken token, string issuer)
    {
        json.WriteBoolean("active", true);
        json.WriteString(ClaimNames.Subject, token.Subject);
        json.WriteString(ClaimNames.Scope, token.ScopeText);
        json.WriteString(ClaimNames.JwtId, token.Id);
        json.WriteString(ClaimNames.TokenType, TokenTypes.Bearer);
        json.WriteString(ClaimNames.TokenUsage, "access_token");
        json.WriteString(ClaimNames.ClientId, token.ClientId);
        json.WriteNumber(ClaimNames.IssuedAt, token.IssuedAt);
        json.WriteNumber(ClaimNames.NotBefore, token.IssuedAt);
        json.WriteNumber(ClaimNames.ExpiresAt, token.ExpiresAt);
        if (token.Audiences is [var one])
        {
            json.WriteString(ClaimNames.Audience, one);
        }
        else
        {
            json.WriteStartArray(ClaimNames.Audience);
            foreach (var audience in token.Audiences) json.WriteStringValue(audience);
            json.WriteEndArray();
        }

        json.WriteString(ClaimNames.Issuer, issuer);
        if (token.SessionId is { } session) json.WriteString("sid", session);
        if (token.Acr is { } acr) json.WriteString(ClaimNames.AuthenticationContextReference, acr);
        if (token.AuthTime is { } authTime) json.WriteNumber(ClaimNames.AuthenticationTime, authTime);
    }
}
