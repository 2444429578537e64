using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Outbound;

namespace AuthServer.Protocol.RequestObjects;

/// <summary>Fetches a request object from an address that the client has registered (RFC 9101 section 5.2).</summary>
/// <remarks>Addresses that are not registered are never asked: everybody could make this server send requests.</remarks>
public sealed partial class RequestObjectFetch(SafeHttp http, ILogger<RequestObjectFetch> log)
{
    /// <returns>Null where the address is not the client's, or gave nothing.</returns>
    public async ValueTask<string?> FindAsync(RegisteredClient client, string reference, CancellationToken cancellationToken)
    {
        if (!client.Requests.ObjectAddresses.Contains(reference, StringComparer.Ordinal)) return null;
        var request = new OutboundRequest(new Uri(reference))
        {
            LongestBody = RequestObjectReader.Longest, TimeLimit = TimeSpan.FromSeconds(5)
        };
        switch (await http.SendAsync(request, cancellationToken))
        {
            case OutboundAnswer.Answered { IsSuccess: true } answered:
                return Encoding.UTF8.GetString(answered.Body).Trim();
            case OutboundAnswer.Answered other:
                LogFailed(log, client.ClientId, reference, $"status {other.Status}");
                return null;
            case OutboundAnswer.Failed failed:
                LogFailed(log, client.ClientId, reference, failed.Reason);
                return null;
            default:
                return null;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The request object of client {ClientId} at {Address} could not be fetched: {Reason}")]
    private static partial void LogFailed(ILogger logger, string clientId, string address, string reason);
}
