using System.Collections.Frozen;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AuthServer.Api.Tokens;

/// <summary>The authentication scheme of the JSON API (RFC 6750 section 2.1): an access token whose session stands.</summary>
public sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    AccessTokenReader tokens, SessionLookup sessions, ClientDirectory clients, Refusals refusals, IssuerOptions issuer)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "api";

    /// <summary>The authorization policy of every route that needs a caller.</summary>
    public const string Policy = "api";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var credentials = BearerScheme.Read(Request.Headers.Authorization);
        if (!credentials.Presented) return AuthenticateResult.NoResult();
        if (credentials.Token is null || tokens.ReadBearer(credentials.Token) is not { } token)
        {
            return AuthenticateResult.Fail("The token is not valid.");
        }

        // Exactly this audience: another API that receives the token could otherwise use it here.
        if (!token.Audiences.SequenceEqual([issuer.ApiAudience], StringComparer.Ordinal))
        {
            return AuthenticateResult.Fail("The token is for another API.");
        }

        // A client's own token (client_credentials) has no session and names no person.
        if (token.SessionId is not { } sessionId || !Guid.TryParse(token.Subject, out var userId))
        {
            return AuthenticateResult.Fail("The token does not belong to a person.");
        }

        var stop = Context.RequestAborted;
        if (await clients.FindAsync(token.ClientId, stop) is not { } client) return AuthenticateResult.Fail("The client is gone.");
        if (await sessions.FindCallerAsync(sessionId, userId, token.ClientId, stop) is not { } standing)
        {
            return AuthenticateResult.Fail("The session has ended.");
        }

        var scopes = token.ScopeText.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
        Context.Features.Set(new ApiCaller(userId, sessionId, client, scopes, standing.IsAdmin, standing.AuthTime));
        Claim[] claims =
        [
            new("sub", token.Subject), new("sid", sessionId.ToString()), new("client_id", token.ClientId), new("scope", token.ScopeText),
        ];
        var identity = new ClaimsIdentity(claims, SchemeName, "sub", "role");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    // RFC 6750 section 3.1: no error code for a request without a token.
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var presented = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        if (presented) refusals.Record(RefusalKinds.ForgedBearer, Caller.Of(Context));
        await Problem.Unauthorized(
            presented
                ? "The access token is not valid here, has expired, or its session has ended. Get a new one."
                : $"Send an access token: Authorization: {BearerScheme.Name} ...",
            presented ? "invalid_token" : null).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Forbidden("This token may not do that.").ExecuteAsync(Context);
}
