using System.Net.Http.Headers;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Outbound;
using AuthServer.Protocol.ClientNotices;
using AuthServer.Protocol.Pending;
using AuthServer.Sessions;
using AuthServer.Telemetry;

namespace AuthServer.Protocol.CibaCallback;

/// <summary>
/// Calls a client of CIBA back at its notification endpoint: with the news that it may ask (CIBA Core 1.0 section 10.2), or with what it
/// asked for, or with an error (sections 10.3 and 12).
/// </summary>
public sealed class CibaSender(
    PendingAuthorizations pending, NotificationSealing sealing, PushedTokens tokens, ClientDirectory clients,
    ClientEnvelopes envelopes, ClientTrust trust, IServiceScopeFactory scopes, AuthMeter meter)
    : INoticeSender
{
    public bool Takes(ClaimedNotice notice) => notice.IsOfRequest;

    public async Task<NoticeFault?> SendAsync(ClaimedNotice notice, CancellationToken ending)
    {
        if (await pending.FindDecidedAsync(notice.About, ending) is not { Content.Notification: { } notification } decided)
        {
            return new("the request is gone", IsFinal: true);
        }
        if (sealing.Open(notification.Sealed, decided.Id) is not { } secrets) return new("its secrets do not open", IsFinal: true);
        // Where somebody has registered the client id anew, the request has gone with the row of the client before.
        if (await clients.FindAsync(notice.ClientId, ending) is not { } client) return new("the client is gone", IsFinal: true);
        // By the registration of today, as at the token endpoint: one that is told in another way by now, or in none, is not told in the
        // former one. What is pushed is bound to nobody.
        if (!ClientPermissions.MayUse(client, GrantNames.Ciba) || !ClientPermissions.MayCall(client, ClientPermissions.Token)
            || client.Ciba.Delivery != notification.Delivery
            || (notification.Delivery == CibaDelivery.Push && (client.RequiresDPoP || client.RequiresCertificate)))
        {
            return new("the client may not have it any more, or not in this way", IsFinal: true);
        }

        // As registered by now: an address that was mended counts, and one that was taken away does not.
        if (!Uri.TryCreate(client.Ciba.NotificationEndpoint, UriKind.Absolute, out var uri))
        {
            return new("its address is none", IsFinal: true);
        }

        // Before the first attempt redeems the request; a key that the client publishes later does for a later attempt.
        var (envelope, missing) = notification.Delivery == CibaDelivery.Push && client.Tokens.Encryption.IdToken is { } form
            ? await envelopes.OpenAsync(client, form, ending) : default;
        if (missing is not null) return new(missing);
        byte[] body;
        try
        {
            body = notification.Delivery == CibaDelivery.Ping ? Ping(secrets)
                : decided.State == PendingState.Denied
                ? PushedTokens.Error(secrets, OAuthErrors.AccessDenied, "The person did not allow it.")
                : await tokens.WriteAsync(client, decided, secrets, envelope);
        }
        catch (SigningUnavailableException)
        {
            return new("the key that signs tokens is away");
        }

        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var answer = await trust.HttpFor(client, uri).SendAsync(
            new(uri)
            {
                Method = HttpMethod.Post, Content = content, Authorization = "Bearer " + secrets.Bearer, IsForStatus = true,
                TimeLimit = NoticeAttempt.Longest,
            },
            ending);
        if (FaultOf(answer) is { } fault) return fault;
        await pending.EraseNotificationAsync(await pending.FindDecidedAsync(notice.About, CancellationToken.None) ?? decided);
        return null;
    }

    public async Task GiveUpAsync(ClaimedNotice notice)
    {
        if (await pending.FindDecidedAsync(notice.About, CancellationToken.None) is not { Content.Notification: { } notification } decided)
        {
            return;
        }

        await pending.EraseNotificationAsync(decided);
        if (sealing.Open(notification.Sealed, decided.Id)?.Session is not { } session) return;
        // Nobody says that they have its tokens.
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SessionEnding>()
            .EndAsync(session, EndReason.Revoked, Caller.System, CancellationToken.None);
    }

    public void Count(string outcome) => meter.CibaNotification(outcome);

    private static byte[] Ping(NotificationSecrets secrets) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["auth_req_id"] = secrets.RequestId });

    // Sections 10.2 and 10.3: 204, or 200 with whatever body; never a redirect. What a client refuses it would refuse again.
    private static NoticeFault? FaultOf(OutboundAnswer answer) => answer switch
    {
        OutboundAnswer.Answered { IsSuccess: true } => null,
        OutboundAnswer.Answered { Status: StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests } busy =>
            new($"it answered with {busy.Status}"),
        OutboundAnswer.Answered answered => new($"it answered with {answered.Status}", IsFinal: answered.Status < 500),
        OutboundAnswer.Failed { Fault: OutboundFault.Redirected or OutboundFault.AddressRefused } failed =>
            new(failed.Reason, IsFinal: true),
        OutboundAnswer.Failed failed => new(failed.Reason),
        var other => throw new InvalidOperationException($"Unknown answer {other}"),
    };
}
