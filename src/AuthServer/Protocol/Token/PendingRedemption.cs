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
            case PendingState.Asked when polled.TooEarly:
                return new GrantAnswer.Refused(
                    OAuthErrors.SlowDown, "This poll came too early. Wait five seconds longer from now on between two of them.");
            case PendingState.Asked:
                return new GrantAnswer.Refused(OAuthErrors.AuthorizationPending, "The person has not decided yet.");
        }

        var (scopes, resources) = (polled.Content.Scopes, polled.Content.Resources);
        if (await tokens.FindFaultAsync(request, scopes, resources, request.Http.RequestAborted) is { } noTarget) return noTarget;
        await signers.RequireAsync(request, scopes, resources, request.GetsIdToken(scopes));
        // A caller who goes away must not leave it half redeemed: the transaction decides, not the connection.
        return await RedeemAsync(request, polled, CancellationToken.None);
    }

    private async Task<GrantAnswer> RedeemAsync(GrantRequest request, PolledAuthorization polled, CancellationToken stop)
    {
        var (content, userId) = (polled.Content, polled.UserId!.Value);
        var mark = new Redemption(polled.Id, Guid.CreateVersion7(), IsPending: true);
        var batch = sql.Together();
        var redeemed = pending.Redeem(batch, mark);
        var opening = sessions.Open(
            batch, mark, new(
                Guid.CreateVersion7(time.GetUtcNow()), Joined: false, userId, polled.BrowserSessionId!.Value, content.ClientId,
                content.AuthorizationId, string.Join(' ', content.Scopes), string.Join(' ', content.Resources),
                content.Scopes.Contains(Scopes.OfflineAccess), content.Claims)
            {
                Confirmation = request.Sender?.RowText(request.Client.IsPublic),
                Lifetime = request.Client.Tokens.RefreshTokenLifetime,
            },
            Caller.Of(request.Http));
        await batch.RunAsync(stop);
        if (redeemed.Written == 0) return Invalid("The code has been used before.");
        if (opening.Session.Row is not { } session) return Invalid("The person has signed out since. Ask again.");
        opened.Add(SessionKind.Client, userId);
        return await tokens.GrantAsync(request, session, content.Scopes, opening.Token, nonce: null, stop);
    }

    private static GrantAnswer.Refused Invalid(string description) => new(OAuthErrors.InvalidGrant, description);
}
