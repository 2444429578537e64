using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 6 with rotation (RFC 9700 section 4.14.2): one statement swaps the token of the session row.</summary>
public sealed partial class RefreshTokenGrant(
    SessionRotation rotation, SessionTokens tokens, ILogger<RefreshTokenGrant> log) : ITokenGrant
{
    public async ValueTask<GrantAnswer> DecideAsync(GrantRequest request)
    {
        var (http, client, presented) = (request.Http, request.Client, request.RefreshToken!);
        // Not cancelled with the request: the answer may be lost, the swap may not be half done.
        var result = await rotation.RotateAsync(presented, client.ClientId, client.RefreshGrace, () => Caller.Of(http), CancellationToken.None);
        if (result is not Rotation.Rotated(var session, var next))
        {
            LogRefused(log, client.ClientId, presented.SessionId, ((Rotation.Refused)result).Reason);
            return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The refresh token is not valid, or not valid any more. Start a new authorization request.");
        }

        // RFC 6749 section 6: a scope parameter narrows this access token only; the session keeps what was granted.
        var granted = ScopeRules.Split(session.Scopes);
        var scopes = request.Scopes.IsEmpty ? granted : request.Scopes.Distinct().ToImmutableArray();
        return await tokens.GrantAsync(session, client, scopes, request.Resources, next, nonce: null, http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Refresh refused for client {ClientId}, session {SessionId}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string clientId, Guid sessionId, string reason);
}
