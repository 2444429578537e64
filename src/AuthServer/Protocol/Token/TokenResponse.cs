using System.Text;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>Writes what a grant decided, as RFC 6749 sections 5.1 and 5.2 have it, or as the JSON API does.</summary>
public sealed class TokenResponse(TokenWriter tokens, SessionRotation rotation, Refusals refusals, RefreshCookie cookie, AuthMeter meter)
{
    public ValueTask WriteAsync(GrantRequest request, GrantAnswer answer)
    {
        var http = request.Http;
        meter.TokenRequest(GrantOf(request), OutcomeOf(answer));
        switch (answer)
        {
            case GrantAnswer.Granted granted:
                // RFC 6749 section 5.1 asks for it beside Cache-Control.
                http.Response.Headers.Pragma = "no-cache";
                if (request.Call is { CookieMode: true } && granted is { RefreshToken: { } token, SessionEndsAt: { } end })
                {
                    cookie.Write(http, token.Text, end);
                }
                var written = JsonAnswer.WriteAsync(
                    http, StatusCodes.Status200OK, (Tokens: tokens, request, granted), static (json, x) =>
                        Write(json, x.Tokens, x.request, x.granted));
                // The tokens are signed before the first await, so a failure is known by now.
                return written.IsFaulted && request is RefreshGrantRequest refresh ? KeepAsync(refresh, written) : written;
            case GrantAnswer.Refused(var error, var description):
                return RefuseAsync(http, request.Call, error, description);
            case GrantAnswer.Answered(var problem):
                http.Response.Headers.Pragma = "no-cache";
                return new(problem.ExecuteAsync(http));
            default:
                throw new ArgumentOutOfRangeException(nameof(answer));
        }
    }

    /// <summary>The grant in words of this program: a caller's own would have no bound.</summary>
    internal static string GrantOf(GrantRequest request) => request switch
    {
        CodeGrantRequest => GrantTypes.AuthorizationCode,
        RefreshGrantRequest => GrantTypes.RefreshToken,
        ClientCredentialsGrantRequest => GrantTypes.ClientCredentials,
        ElsewhereGrantRequest { Kind: PendingKind.Device } => GrantTypes.DeviceCode,
        ElsewhereGrantRequest => "ciba",
        JwtBearerGrantRequest => "jwt-bearer",
        TokenExchangeGrantRequest => GrantTypes.TokenExchange,
        _ => "login",
    };

    /// <summary>issued, the error, or limited.</summary>
    internal static string OutcomeOf(GrantAnswer answer) => answer switch
    {
        GrantAnswer.Granted => "issued",
        GrantAnswer.Refused(var error, _) => error,
        _ => "limited",
    };

    /// <summary>Refuses with an error of RFC 6749 section 5.2, and notes it where a guesser could have caused it.</summary>
    internal ValueTask RefuseAsync(HttpContext http, FirstPartyCall? call, string error, string description)
    {
        refusals.RecordOAuth(error, http);
        http.Response.Headers.Pragma = "no-cache";
        if (call is null)
        {
            return JsonAnswer.WriteAsync(
                http, StatusCodes.Status400BadRequest, (error, description), static (json, x) => WriteError(json, x.error, x.description));
        }
        // The cookie's token is worth nothing any more.
        if (call.CookieMode && error == OAuthErrors.InvalidGrant) cookie.Delete(http);
        return new(FirstPartyProblem.Of(http, error, description).ExecuteAsync(http));
    }

    // The rotation is committed, and the client will ask again with the token that it has.
    private async ValueTask KeepAsync(RefreshGrantRequest request, ValueTask written)
    {
        try
        {
            await written;
        }
        catch (SigningUnavailableException)
        {
            await rotation.KeepPreviousAsync(request.RefreshToken, CancellationToken.None);
            throw;
        }
    }

    private static void WriteError(Utf8JsonWriter json, string error, string description)
    {
        json.WriteString(Parameters.Error, error);
        // It may name a scope as the caller wrote it.
        json.WriteString(Parameters.ErrorDescription, PlainErrors.Printable(description));
    }

    // OpenID Connect Core 2: signed and then encrypted. Without the envelope there is no answer: nothing else may go out in its place.
    private static string Sealed(GrantRequest request, string idToken)
    {
        if (request.Client.Tokens.Encryption.IdToken is null) return idToken;
        var envelope = request.Envelope ?? throw new InvalidOperationException("There is no envelope for an ID token to be encrypted.");
        return envelope.Seal(Encoding.ASCII.GetBytes(idToken), isJwt: true);
    }

    internal static void Write(Utf8JsonWriter json, TokenWriter tokens, GrantRequest request, GrantAnswer.Granted granted)
    {
        var content = granted.Content;
        var accessToken = tokens.AccessToken(content, request.Sender);
        json.WriteString(Parameters.AccessToken, accessToken);
        json.WriteString(Parameters.TokenType, request.Sender?.TokenType ?? TokenTypes.Bearer);
        json.WriteNumber(Parameters.ExpiresIn, tokens.LifeOf(content));
        // RFC 8693 section 2.2.1.
        if (request is TokenExchangeGrantRequest) json.WriteString(Parameters.IssuedTokenType, TokenTypeIdentifiers.AccessToken);
        // RFC 6749 section 5.1: required where it differs from what was asked for.
        if (request.Scopes.Length != content.Scopes.Length || request.Scopes.Except(content.Scopes).Any())
        {
            json.WriteString(Parameters.Scope, string.Join(' ', content.Scopes));
        }
        TokenWriter.WriteDetails(json, content);
        if (request.GetsIdToken(content.Scopes))
        {
            json.WriteString(Parameters.IdToken, Sealed(request, tokens.IdToken(content, request.Client, accessToken)));
        }

        // In the cookie mode it is in the cookie, where no script reads it.
        if (granted.RefreshToken is { } refreshToken && request.Call is not { CookieMode: true })
        {
            json.WriteString(Parameters.RefreshToken, refreshToken.Text);
        }
    }
}
