using System.Text.Json;
using AuthServer.Protocol.Details;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Introspection;

/// <summary>Writes what introspection tells of a token that is active (RFC 7662 section 2.2).</summary>
internal static class IntrospectionResponse
{
    public static ValueTask WriteAsync(HttpContext http, ToldToken told, string issuer) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (told, issuer), static (json, x) => Describe(json, x.told, x.issuer));

    /// <summary>Of a refresh token, whose session says the rest.</summary>
    public static ValueTask WriteAsync(HttpContext http, RefreshableSession session, string subject, string issuer) =>
        JsonAnswer.WriteAsync(
            http, StatusCodes.Status200OK, (session, subject, issuer), static (json, x) => Describe(json, x.session, x.subject, x.issuer));

    public static void Describe(Utf8JsonWriter json, ToldToken told, string issuer)
    {
        var token = told.Token;
        json.WriteBoolean("active", true);
        json.WriteString(ClaimNames.Subject, token.Subject);
        WriteAddress(json, told.Email);
        json.WriteString(ClaimNames.Scope, token.ScopeText);
        json.WriteString(ClaimNames.JwtId, token.Id);
        // A bound token is never a bearer token. Of its kinds only one has a registered name (RFC 9449 section 5).
        if (token.Confirmation is not { } confirmation) json.WriteString(ClaimNames.TokenType, TokenTypes.Bearer);
        else
        {
            if (confirmation.IsDPoP) json.WriteString(ClaimNames.TokenType, DPoPProof.Scheme);
            // RFC 8705 section 3.2, RFC 9449 section 6.2: the resource server checks the proof, so it has to know the key.
            json.WritePropertyName(Confirmation.Claim);
            confirmation.Methods.WriteTo(json);
        }

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
        if (token.Actor is { } actor)
        {
            // RFC 8693 section 4.1 registers it for introspection too.
            json.WritePropertyName(Delegations.Claim);
            actor.WriteTo(json);
        }
        if (token.MayAct is { } mayAct)
        {
            json.WritePropertyName(Delegations.PermissionClaim);
            mayAct.WriteTo(json);
        }

        // RFC 9396 section 9.2
        if (token.Details is { } details)
        {
            json.WritePropertyName(AuthorizationDetails.Parameter);
            details.WriteTo(json);
        }
        foreach (var (name, value) in token.Told)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        if (token.SessionId is { } session) json.WriteString("sid", session);
        if (token.Acr is { } acr) json.WriteString(ClaimNames.AuthenticationContextReference, acr);
        if (token.AuthTime is { } authTime) json.WriteNumber(ClaimNames.AuthenticationTime, authTime);
    }

    /// <param name="subject">As the client knows the person.</param>
    public static void Describe(Utf8JsonWriter json, RefreshableSession session, string subject, string issuer)
    {
        json.WriteBoolean("active", true);
        json.WriteString(ClaimNames.Subject, subject);
        WriteAddress(json, session.Email);
        json.WriteString(ClaimNames.Scope, session.Scopes);
        json.WriteString(ClaimNames.TokenUsage, "refresh_token");
        json.WriteString(ClaimNames.ClientId, session.ClientId);
        json.WriteNumber(ClaimNames.ExpiresAt, new DateTimeOffset(session.ExpiresAt, TimeSpan.Zero).ToUnixTimeSeconds());
        json.WriteString(ClaimNames.Issuer, issuer);
        json.WriteString("sid", session.Id);
    }

    // RFC 7662 section 2.2: username is for people to read; a person signs in here with the address.
    private static void WriteAddress(Utf8JsonWriter json, string? email)
    {
        if (email is null) return;
        json.WriteString(ClaimNames.Username, email);
        json.WriteString(ClaimNames.Email, email);
    }
}
