using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Keys;
using AuthServer.Outbound;
using AuthServer.Protocol.ClientNotices;
using AuthServer.Telemetry;

namespace AuthServer.Protocol.BackchannelLogout;

/// <summary>Tells one client of the end of one session, by a logout token.</summary>
public sealed class LogoutSender(
    LogoutTokens tokens, ClientDirectory clients, ClientSubjects subjects, ClientEnvelopes envelopes, ClientTrust trust,
    ClientDocumentOptions documents, AuthMeter meter)
    : INoticeSender
{
    public bool Takes(ClaimedNotice notice) => !notice.IsOfRequest;

    public async Task<NoticeFault?> SendAsync(ClaimedNotice notice, CancellationToken ending)
    {
        // As registered by now: an operator who has mended the address need not register the end of the session anew.
        var client = await clients.FindAsync(notice.ClientId, ending);
        if (client is { IsWithdrawn: true }) return new("the document that describes the client cannot be had");
        if (client is null && Uri.TryCreate(notice.ClientId, UriKind.Absolute, out var document) && !documents.Takes(document.IdnHost)
            && await clients.IsOfDocumentAsync(notice.ClientId, ending))
        {
            return new("documents of this domain are not taken", IsFinal: true);
        }

        var address = client?.Logout.BackchannelUri ?? notice.Address;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) return new("its address is none");
        // Section 2.6: encrypted where ID tokens are.
        var (envelope, missing) = client?.Tokens.Encryption.IdToken is { } wanted
            ? await envelopes.OpenAsync(client, wanted, ending) : default;
        if (missing is not null) return new(missing);
        string token;
        try
        {
            // Of a client that is gone only the sid is known for sure: it may have had names of its own for people.
            // A profile of the server is not known where the end of the session is noted.
            var signed = SecurityProfiles.IsFapi(client?.Profile) ? notice with { SigningAlg = client!.IdTokenSignedResponseAlg } : notice;
            token = tokens.Write(signed, client is not null && notice.UserId is { } user ? subjects.Of(client, user) : null);
            if (envelope is not null) token = envelope.Seal(Encoding.ASCII.GetBytes(token), isJwt: true);
        }
        catch (SigningUnavailableException)
        {
            return new("the key that signs logout tokens is away");
        }

        // Section 2.5: a form with the one parameter, by POST. A redirect is not followed: the token is for this address.
        using var form = new FormUrlEncodedContent([new("logout_token", token)]);
        // A client that is gone may have been one of a document, or one that came without anybody's leave.
        var http = client is not null ? trust.HttpFor(client, uri)
            : trust.HttpFor(!AddressedClients.IsAddress(notice.ClientId) && !OwnClientIds.HaveForm(notice.ClientId), uri);
        var answer = await http.SendAsync(
            new(uri) { Method = HttpMethod.Post, Content = form, IsForStatus = true, TimeLimit = NoticeAttempt.Longest }, ending);
        return answer switch
        {
            // Section 2.8 names 200 and says that some frameworks answer with 204.
            OutboundAnswer.Answered { IsSuccess: true } => null,
            OutboundAnswer.Answered refused => new($"it answered with {refused.Status}"),
            OutboundAnswer.Failed failed => new(failed.Reason),
            var other => throw new InvalidOperationException($"Unknown answer {other}"),
        };
    }

    public Task GiveUpAsync(ClaimedNotice notice) => Task.CompletedTask;

    public void Count(string outcome) => meter.LogoutToken(outcome);
}
