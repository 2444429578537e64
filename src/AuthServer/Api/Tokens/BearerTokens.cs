using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthServer.Clients;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AuthServer.Api.Tokens;

/// <summary>The authentication scheme of the JSON API (RFC 6750 section 2.1): an access token whose session stands.</summary>
public sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    AccessTokens tokens, SessionLookup sessions, ClientDirectory clients)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "api";

    /// <summary>The authorization policy of every route that needs a caller.</summary>
    public const string Policy = "api";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header is not [{ } first, ..] || !(first + ' ').StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        if (header.Count > 1 || await tokens.ReadAsync(first[(Bearer.Length - 1)..].Trim()) is not { } token) return AuthenticateResult.Fail("The token is not valid.");
        if (await clients.FindAsync(token.ClientId, Context.RequestAborted) is not { } client) return AuthenticateResult.Fail("The client is gone.");
        if (await sessions.FindCallerAsync(token, Context.RequestAborted) is not { } standing) return AuthenticateResult.Fail("The session has ended.");

        Context.Features.Set(new ApiCaller(token.UserId, token.SessionId, client, token.Scopes, standing.AdminRoles > 0, standing.AuthTime));
        Claim[] claims =
        [
            new("sub", token.UserId.ToString()), new("sid", token.SessionId.ToString()), new("client_id", token.ClientId),
            new("scope", string.Join(' ', token.Scopes)),
        ];
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName, "sub", "role")), SchemeName));
    }

    // RFC 6750 section 3.1: no error code for a request without a token.
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var presented = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        await Problem.Unauthorized(
            presented ? "The access token is not valid here, has expired, or its session has ended. Get a new one." : "Send an access token: Authorization: Bearer ...",
            presented ? "invalid_token" : null).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Forbidden("This token may not do that.").ExecuteAsync(Context);
}
