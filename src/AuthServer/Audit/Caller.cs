namespace AuthServer.Audit;

/// <summary>From where a request came, as the audit trail and the session list keep it.</summary>
/// <param name="Reference">The code of the request, which its answer shows.</param>
public sealed record Caller(string? Address, string? UserAgent, string? Reference)
{
    private const int LongestUserAgent = 255;

    /// <summary>No request: a command, a job, the seed.</summary>
    public static Caller System { get; } = new(null, null, null);

    public static Caller Of(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        // Control characters would let a caller forge lines where the trail is printed.
        var agent = new string([.. http.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c)).Take(LongestUserAgent)]);
        return new(address?.ToString(), agent.Length == 0 ? null : agent, ReferenceCode.Of(http));
    }
}
