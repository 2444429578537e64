using AuthServer.Data.Entities;
using AuthServer.Protocol.DeviceAuthorization;
using AuthServer.Protocol.Pending;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 8628 section 3.4: a device asks whether the person has decided, and gets its tokens once.</summary>
public sealed class DeviceCodeGrant(PendingAuthorizations pending, PendingRedemption redemption, DeviceOptions options)
    : ITokenGrant<DeviceCodeGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(DeviceCodeGrantRequest request)
    {
        if (!options.IsOn) return new GrantAnswer.Refused(OAuthErrors.UnsupportedGrantType, "This server has no such grant type.");
        var (code, client, stop) = (request.DeviceCode, request.Client.Id, request.Http.RequestAborted);
        if (!PendingAuthorizations.HasForm(code)
            || await pending.PollAsync(PendingKind.Device, code, client, stop) is not { } polled)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The device code is not known.");
        }

        return await redemption.AnswerAsync(request, polled);
    }
}
