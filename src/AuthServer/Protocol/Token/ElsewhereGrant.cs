using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Ciba;
using AuthServer.Protocol.DeviceAuthorization;
using AuthServer.Protocol.Pending;

namespace AuthServer.Protocol.Token;

/// <summary>
/// RFC 8628 section 3.4 and CIBA Core 1.0 section 10.1: what asked from elsewhere asks whether the person has decided, and gets its tokens
/// once.
/// </summary>
public sealed class ElsewhereGrant(
    PendingAuthorizations pending, PendingRedemption redemption, DeviceOptions device, CibaOptions ciba)
    : ITokenGrant<ElsewhereGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(ElsewhereGrantRequest request)
    {
        if (!(request.Kind == PendingKind.Device ? device.IsOn : ciba.IsOn))
        {
            return new GrantAnswer.Refused(OAuthErrors.UnsupportedGrantType, "This server has no such grant type.");
        }

        if (request is { Kind: PendingKind.Backchannel, Client.Ciba.Delivery: CibaDelivery.Push })
        {
            // CIBA Core 1.0 section 11.
            return new GrantAnswer.Refused(
                OAuthErrors.UnauthorizedClient, "This client is registered to be sent its tokens, and does not ask.");
        }

        if (!PendingAuthorizations.HasForm(request.Secret)
            || await pending.PollAsync(request.Kind, request.Secret, request.Client.Id, request.Http.RequestAborted) is not { } polled)
        {
            return new GrantAnswer.Refused(
                OAuthErrors.InvalidGrant, $"The {(request.Kind == PendingKind.Device ? "device code" : "auth_req_id")} is not known.");
        }

        return await redemption.AnswerAsync(request, polled);
    }
}
