using System.Net;
using System.Net.Sockets;

namespace AuthServer.Outbound;

/// <summary>Finds the addresses of a name.</summary>
public delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellationToken);

/// <summary>Connects to hosts that may be asked.</summary>
/// <remarks>
/// The name is looked up once, and the connection goes to an address of that very answer: a name that has another address the next time
/// (DNS rebinding) gains nothing.
/// </remarks>
internal sealed class HostConnections(AllowedHosts allowed, HostLookup lookup)
{
    // A name may have hundreds of addresses, and each may be one where nobody answers.
    private const int MostAddresses = 4;

    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(2);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        OutboundFaultException? fault = null;
        foreach (var address in await FindAsync(host, port, cancellationToken))
        {
            try
            {
                return await OpenAsync(new(address, port), cancellationToken);
            }
            catch (SocketException error)
            {
                fault = new(OutboundFault.Unreachable, $"{address} port {port}: {error.SocketErrorCode}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                fault = new(OutboundFault.TooSlow, $"{address} port {port} does not answer");
            }
        }

        throw fault!;
    }

    /// <returns>At least one address.</returns>
    private async Task<IReadOnlyList<IPAddress>> FindAsync(string host, int port, CancellationToken cancellationToken)
    {
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await LookUpAsync(host, cancellationToken);
        if (found.Length == 0) throw new OutboundFaultException(OutboundFault.NameUnknown, $"{host} has no address");
        var isAllowed = allowed.HasHost(host, port);
        IReadOnlyList<IPAddress> fit =
        [
            .. found.Select(PublicAddresses.Plain)
                .Where(address => isAllowed || PublicAddresses.Contains(address) || allowed.HasAddress(address, port)).Take(MostAddresses),
        ];
        return fit.Count > 0 ? fit : throw new OutboundFaultException(
            OutboundFault.AddressRefused, $"{host} is {found[0]}, which is not public; {OutboundOptions.Key} may name it");
    }

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await lookup(host, cancellationToken);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            // ArgumentException: a name that is longer than names can be.
            throw new OutboundFaultException(OutboundFault.NameUnknown, $"{host} is not found");
        }
    }

    private static async Task<Stream> OpenAsync(IPEndPoint end, CancellationToken cancellationToken)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(LongestTry);
            await socket.ConnectAsync(end, patience.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
