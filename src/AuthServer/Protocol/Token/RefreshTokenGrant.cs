using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 6 with rotation (RFC 9700 section 4.14.2): one statement swaps the token of the session row.</summary>
public sealed partial class RefreshTokenGrant(
    SessionRotation rotation, ClientDirectory clients, SessionTokens tokens, ILogger<RefreshTokenGrant> log) : ITokenGrant
{
    public string GrantType => GrantTypes.RefreshToken;

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var presented = context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key)!;
        var client = (await clients.FindAsync(context.Request.ClientId!, http.RequestAborted))!;

        // Not cancelled with the request: the answer may be lost, the swap may not be half done.
        var result = await rotation.RotateAsync(presented, client.ClientId, client.RefreshGrace, Caller.Of(http), CancellationToken.None);
        if (result is not Rotation.Rotated(var session, var next))
        {
            LogRefused(log, client.ClientId, presented.SessionId, ((Rotation.Refused)result).Reason);
            context.Reject(OAuthErrors.InvalidGrant, "The refresh token is not valid, or not valid any more. Start a new authorization request.");
            return;
        }

        // RFC 6749 section 6: a scope parameter narrows this access token only; the session keeps what was granted.
        var granted = ScopeRules.Split(session.Scopes);
        var scopes = context.Request.GetScopes() is { IsEmpty: false } narrower ? narrower.Add(Scopes.OfflineAccess).Distinct().ToImmutableArray() : granted;
        var resources = context.Request.GetResources() is { IsEmpty: false } asked ? asked : ScopeRules.Split(session.Resources);
        await tokens.SignInAsync(context, session, client, scopes, resources, next, nonce: null, http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Refresh refused for client {ClientId}, session {SessionId}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string clientId, Guid sessionId, string reason);
}
