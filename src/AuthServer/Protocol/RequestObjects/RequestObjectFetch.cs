using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Outbound;

namespace AuthServer.Protocol.RequestObjects;

/// <summary>Fetches a request object from an address that the client has registered (RFC 9101 section 5.2).</summary>
/// <remarks>
/// Addresses that are not registered are never asked: everybody could make this server send requests. A registered one is asked at most
/// once in some seconds, whoever names it: strangers would aim this server at the client otherwise.
/// </remarks>
public sealed partial class RequestObjectFetch
{
    // A client may publish another object for each person, so nothing is kept for longer, whatever the answer says.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly ClientTrust _trust;
    private readonly FetchedDocuments<string> _fetched, _ofStrangers;

    public RequestObjectFetch(SafeHttp http, ClientTrust trust, TimeProvider time, ILogger<RequestObjectFetch> log) =>
        (_trust, _fetched, _ofStrangers) = (trust, NewCache(http, time, log), NewCache(http.OfPublicHosts, time, log));

    /// <returns>Null where the address is not the client's, or gave nothing.</returns>
    public async ValueTask<string?> FindAsync(RegisteredClient client, string reference, CancellationToken cancellationToken)
    {
        if (!client.Requests.ObjectAddresses.Contains(reference, StringComparer.Ordinal)) return null;
        var address = new Uri(reference);
        var fetched = _trust.MayNameInside(client, address) ? _fetched : _ofStrangers;
        return (await fetched.GetAsync(address, cancellationToken)).Document;
    }

    private static FetchedDocuments<string> NewCache(SafeHttp http, TimeProvider time, ILogger log) => new(
        http,
        address => new(address) { LongestBody = RequestObjectReader.Longest, TimeLimit = TimeSpan.FromSeconds(5) },
        answer => Encoding.UTF8.GetString(answer.Body).Trim(),
        new(Shortest: Kept, Longest: Kept, Silent: Kept, Failure: Kept, Stale: TimeSpan.Zero, Pause: Kept, Most: 200), time,
        (address, reason) => LogFailed(log, address, reason));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The request object at {Address} could not be fetched: {Reason}")]
    private static partial void LogFailed(ILogger logger, Uri address, string reason);
}
