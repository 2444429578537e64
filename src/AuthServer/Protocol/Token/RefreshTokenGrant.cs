using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Profiles;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 6 with rotation (RFC 9700 section 4.14.2): one statement swaps the token of the session row.</summary>
public sealed partial class RefreshTokenGrant(
    RefreshTokens refreshTokens, SessionLookup lookup, ReadySigners signers, SessionRotation rotation, SessionTokens tokens,
    ILogger<RefreshTokenGrant> log)
    : ITokenGrant<RefreshGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(RefreshGrantRequest request)
    {
        var (http, client) = (request.Http, request.Client);
        // A forged token is refused without touching the database.
        if (!RefreshTokens.HasForm(request.RefreshToken) || refreshTokens.Read(request.RefreshToken) is not { } presented)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The refresh token is not one of this server.");
        }

        if (await FindBeyondAsync(request, presented) is { } early) return early;
        if (signers.AnyIsAway) await RequireSignersAsync(request, presented);
        // Not cancelled with the request: the answer may be lost, the swap may not be half done.
        var result = await (ProfileRequests.KeepsRefreshToken(client.Profile)
            ? rotation.KeepAsync(presented, client.ClientId, ProvedBy(request), CancellationToken.None)
            : rotation.RotateAsync(presented, client.ClientId, ProvedBy(request), CancellationToken.None))
            ?? await DetectAsync(request, presented);
        if (result is not Rotation.Rotated { Session: var session, Next: var next } rotated)
        {
            LogRefused(log, client.ClientId, presented.SessionId, ((Rotation.Refused)result).Reason);
            return new GrantAnswer.Refused(
                OAuthErrors.InvalidGrant, "The refresh token is not valid, or not valid any more. Start a new authorization request.");
        }

        var answer = await GrantAsync(request, session, next);
        // The client has not got the successor, and will ask again, in other words, with the token that it has.
        if (answer is GrantAnswer.Refused && rotated.IsUnanswered)
        {
            await rotation.KeepPreviousAsync(request.RefreshToken, CancellationToken.None);
        }

        return answer;
    }

    private async ValueTask<GrantAnswer> GrantAsync(RefreshGrantRequest request, GrantedSession session, RefreshToken next)
    {
        // RFC 6749 section 6: a scope parameter narrows this access token only; the session keeps what was granted.
        var granted = SpaceList.Split(session.Scopes);
        // Checked again, because a previous token within its grace matches no token_hash, so the check before the rotation found no
        // session.
        if (FindBeyond(request, granted) is { } late) return late;
        var scopes = request.Scopes.IsEmpty ? granted : request.Scopes;
        return await tokens.GrantAsync(request, session, scopes, next, nonce: null, request.Http.RequestAborted);
    }

    // Made only here: it needs EF Core to end a session, which would cost every refresh the making of a context.
    private static Task<Rotation> DetectAsync(RefreshGrantRequest request, RefreshToken presented) =>
        request.Http.RequestServices.GetRequiredService<RefreshTokenReuse>().DetectAsync(
            presented, request.Client.ClientId, ProvedBy(request), request.Client.RefreshGrace,
            Caller.Of(request.Http), CancellationToken.None);

    private static string? ProvedBy(RefreshGrantRequest request) => request.Sender?.RowText(request.Client.IsPublic);

    // Narrowing is judged before the rotation, so that a refused request keeps its token: one read, only when it was asked for.
    private async ValueTask<GrantAnswer.Refused?> FindBeyondAsync(RefreshGrantRequest request, RefreshToken presented)
    {
        if (request.Scopes.IsEmpty && request.Resources.IsEmpty && request.Details is null) return null;
        var stop = request.Http.RequestAborted;
        if (await lookup.FindByRefreshTokenAsync(presented, stop) is not { } session || session.ClientId != request.Client.ClientId)
        {
            return null;
        }
        var granted = SpaceList.Split(session.Scopes);
        return FindBeyond(request, granted)
            ?? SessionTokens.FindFaultOfDetails(request, session.RequestedClaims)
            ?? await tokens.FindFaultAsync(
                request, session.UserId, request.Scopes.IsEmpty ? granted : request.Scopes, SpaceList.Split(session.Resources), stop);
    }

    // A previous token finds no session here; its successor is given again, so it uses up nothing.
    private async Task RequireSignersAsync(RefreshGrantRequest request, RefreshToken presented)
    {
        if (await lookup.FindByRefreshTokenAsync(presented, request.Http.RequestAborted) is not { } session
            || session.ClientId != request.Client.ClientId)
        {
            return;
        }
        var scopes = request.Scopes.IsEmpty ? SpaceList.Split(session.Scopes) : request.Scopes;
        await signers.RequireAsync(request, scopes, SpaceList.Split(session.Resources), withIdToken: request.Call is null);
    }

    private static GrantAnswer.Refused? FindBeyond(RefreshGrantRequest request, ImmutableArray<string> granted) =>
        RequestedScopes.FindBeyond(request.Scopes, granted) is { } beyond
            ? new(OAuthErrors.InvalidScope, $"The scope {beyond} has not been granted.") : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Refresh refused for client {ClientId}, session {SessionId}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string clientId, Guid sessionId, string reason);
}
