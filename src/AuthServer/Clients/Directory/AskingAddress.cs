using System.Net;
using AuthServer.Audit;

namespace AuthServer.Clients.Directory;

/// <summary>From where the request came that is being answered, in its flow: what looks clients up often knows no request.</summary>
/// <remarks>Not the request itself: it ends when its sender is gone, and what it has begun would then count for nobody.</remarks>
public static class AskingAddress
{
    private static readonly AsyncLocal<IPAddress?> Asking = new();

    /// <summary>Null for what no request asks for, and where documents are off.</summary>
    internal static string? Network => Caller.NetworkOf(Asking.Value);

    /// <summary>To be called for each request, before anything looks a client up.</summary>
    public static void Enter(IPAddress? address) => Asking.Value = address;
}
