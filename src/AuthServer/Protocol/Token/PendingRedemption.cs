using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Pending;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>Answers a poll for an authorization that is decided elsewhere: what to wait for, or the tokens, once.</summary>
public sealed class PendingRedemption(
    SqlRunner sql, PendingAuthorizations pending, ReadySigners signers, ClientSessions sessions, SessionTokens tokens,
    SessionOpeningCounter opened, TimeProvider time)
{
    public async ValueTask<GrantAnswer> AnswerAsync(GrantRequest request, PolledAuthorization polled)
    {
        if (polled.State == PendingState.Redeemed) return Invalid("The code has been used before.");
        if (polled.ExpiresAt <= time.GetUtcNow().UtcDateTime)
        {
            return new GrantAnswer.Refused(OAuthErrors.ExpiredToken, "The person did not decide in time. Ask again.");
        }

        switch (polled.State)
        {
            case PendingState.Denied:
                return new GrantAnswer.Refused(OAuthErrors.AccessDenied, "The person did not allow it.");
            case PendingState.NoRoom:
                return new GrantAnswer.Refused(OAuthErrors.TemporarilyUnavailable, RoomForClients.None);
            case PendingState.Asked when polled.TooEarly:
                return new GrantAnswer.Refused(
                    OAuthErrors.SlowDown, "This poll came too early. Wait five seconds longer from now on between two of them.");
            case PendingState.Asked:
                return new GrantAnswer.Refused(OAuthErrors.AuthorizationPending, "The person has not decided yet.");
        }

        var (scopes, resources) = (polled.Content.Scopes, polled.Content.Resources);
        if (await tokens.FindFaultAsync(request, polled.UserId!.Value, scopes, resources, request.Http.RequestAborted) is { } noTarget)
        {
            return noTarget;
        }

        if (SessionTokens.FindFaultOfDetails(request, polled.Content.Claims) is { } beyond) return beyond;
        await signers.RequireAsync(request, scopes, resources, request.GetsIdToken(scopes));
        // A caller who goes away must not leave it half redeemed: the transaction decides, not the connection.
        var (isTaken, session, token) = await OpenAsync(request, polled, Caller.Of(request.Http));
        if (!isTaken) return Invalid("The code has been used before.");
        if (session is null) return Invalid("The person has signed out since. Ask again.");
        return await tokens.GrantAsync(request, session, scopes, token, nonce: null, CancellationToken.None);
    }

    /// <summary>Takes an approved request and opens its session, once; of several callers one succeeds.</summary>
    /// <param name="kept">What the row is to remember of the session and its refresh token; null: nothing.</param>
    public async Task<(bool IsTaken, GrantedSession? Session, RefreshToken? Token)> OpenAsync(
        GrantRequest request, PolledAuthorization polled, Caller caller, Func<Guid, RefreshToken?, PendingContent>? kept = null)
    {
        var (content, userId, id) = (polled.Content, polled.UserId!.Value, Guid.CreateVersion7(time.GetUtcNow()));
        var mark = new Redemption(polled.Id, Guid.CreateVersion7(), IsPending: true);
        var batch = sql.Together();
        var redeemed = pending.Redeem(batch, mark);
        var opening = sessions.Open(
            batch, mark, new(
                id, Joined: false, userId, polled.BrowserSessionId!.Value, content.ClientId, content.AuthorizationId,
                string.Join(' ', content.Scopes), string.Join(' ', content.Resources), content.Scopes.Contains(Scopes.OfflineAccess),
                content.Claims)
            {
                Confirmation = request.Sender?.RowText(request.Client.IsPublic),
                Lifetime = request.Client.Tokens.RefreshTokenLifetime,
                Ends = content.Ends,
            },
            caller);
        if (kept is not null) PendingAuthorizations.Keep(batch, mark, kept(id, opening.Token));
        await batch.RunAsync(CancellationToken.None);
        if (redeemed.Written == 0) return (false, null, null);
        if (opening.Session.Row is { } session)
        {
            opened.Add(SessionKind.Client, userId);
            return (true, session, opening.Token);
        }

        return (true, null, null);
    }

    private static GrantAnswer.Refused Invalid(string description) => new(OAuthErrors.InvalidGrant, description);
}
