using System.Net;
using System.Net.Sockets;

namespace AuthServer.Audit;

/// <summary>From where a request came, as the audit trail and the session list keep it.</summary>
/// <remarks>Its texts are clean from the beginning, so that no row fails because of them.</remarks>
public sealed record Caller
{
    private const int LongestAddress = 45, LongestUserAgent = 255;

    /// <param name="reference">The code of the request, which its answer shows.</param>
    public Caller(string? address, string? userAgent, string? reference) =>
        (Address, UserAgent, Reference) = (
            ForeignText.Clean(address, LongestAddress), ForeignText.Clean(userAgent, LongestUserAgent), reference);

    /// <summary>No request: a command, a job, the seed.</summary>
    public static Caller System { get; } = new(null, null, null);

    public string? Address { get; }

    public string? UserAgent { get; }

    public string? Reference { get; }

    public static Caller Of(HttpContext http) =>
        new(TextOf(http.Connection.RemoteIpAddress), http.Request.Headers.UserAgent.ToString(), ReferenceCode.Of(http));

    /// <summary>An IPv6 host picks its addresses freely inside its /64, so the network is what is counted and named.</summary>
    public static string? NetworkOf(IPAddress? address) => NetworkOf(TextOf(address));

    /// <inheritdoc cref="NetworkOf(IPAddress?)"/>
    public static string? NetworkOf(string? address)
    {
        if (address is null || !IPAddress.TryParse(address, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = ip.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    private static string? TextOf(IPAddress? address) => address switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        // The scope names a network card of this machine, or whatever X-Forwarded-For says.
        { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } =>
            new IPAddress(address.GetAddressBytes()).ToString(),
        _ => address.ToString(),
    };
}
