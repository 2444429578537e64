using System.Net.Sockets;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AuthServer.Hosting.Management;

/// <summary>
/// A server of its own inside the process: nothing of the public pipeline is reachable here, and nothing from here there, whatever a
/// request claims. It outlives the public one, so that the end can be watched.
/// </summary>
public sealed class ManagementListener(
    ManagementOptions options, StartSettings settings, ManagementAnswers answers, IServiceProvider services)
    : IAsyncDisposable
{
    private KestrelServer? _server;

    /// <summary>Where it listens; empty when it is off, or its default port is another program's.</summary>
    public IReadOnlyCollection<string> Addresses { get; private set; } = [];

    /// <summary>The default port is another program's.</summary>
    public bool IsLeftOut { get; private set; }

    /// <exception cref="StartRefusedException">An address that the operator has named cannot be listened on.</exception>
    public async Task StartAsync()
    {
        var own = options.Addresses.Where(a => !settings.Listeners.Addresses.Contains(a)).ToList();
        // Only beside Kestrel: a test host listens nowhere.
        if (own.Count == 0 || services.GetRequiredService<IServer>().GetType().Assembly != typeof(KestrelServer).Assembly) return;
        var server = Make();
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses;
        foreach (var address in own) addresses.Add(address.ToString());
        try
        {
            var log = services.GetRequiredService<ILogger<ManagementListener>>();
            await server.StartAsync(new ManagementRequests(answers, services, log), CancellationToken.None);
            (_server, Addresses) = (server, [.. addresses]);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            server.Dispose();
            if (!options.IsDefault)
            {
                throw new StartRefusedException(
                    $"{ManagementOptions.Key}: {e.Message.TrimEnd('.')}; stop the other program, name another address, or set it to off",
                    ExitCodes.Unavailable);
            }

            // Usually a second server on the machine of a developer.
            IsLeftOut = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await server.StopAsync(limit.Token);
        server.Dispose();
    }

    private KestrelServer Make()
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = services };
        Listening.Kestrel.Secure(kestrel, settings);
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = 100;
        limits.MaxRequestBodySize = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        // Its log would repeat what is said at the start.
        return new KestrelServer(
            Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }
}
