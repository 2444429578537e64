using AuthServer.Data.Entities;
using AuthServer.Protocol.Ciba;
using AuthServer.Protocol.Pending;

namespace AuthServer.Protocol.Token;

/// <summary>CIBA Core 1.0 section 10.1: a client asks whether the person has decided, and gets its tokens once.</summary>
public sealed class CibaGrant(PendingAuthorizations pending, PendingRedemption redemption, CibaOptions options)
    : ITokenGrant<CibaGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(CibaGrantRequest request)
    {
        if (!options.IsOn) return new GrantAnswer.Refused(OAuthErrors.UnsupportedGrantType, "This server has no such grant type.");
        var (id, client, stop) = (request.RequestId, request.Client.Id, request.Http.RequestAborted);
        if (!PendingAuthorizations.HasForm(id)
            || await pending.PollAsync(PendingKind.Backchannel, id, client, stop) is not { } polled)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The auth_req_id is not known.");
        }

        return await redemption.AnswerAsync(request, polled);
    }
}
