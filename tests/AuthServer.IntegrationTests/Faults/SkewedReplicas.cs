using AuthServer.Data.Clock;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Two servers on one database in the process of the tests, the second one with a clock that is ahead.</summary>
internal sealed class SkewedReplicas : IAsyncDisposable
{
    private readonly AuthServerHost _first, _second;

    private SkewedReplicas(AuthServerHost first, AuthServerHost second) => (_first, _second) = (first, second);

    public static async Task<SkewedReplicas> StartAsync(TimeSpan skew)
    {
        var first = await AuthServerHost.StartAsync(new(DatabaseKind.Postgres));
        try
        {
            return new(first, await AuthServerHost.StartAsync(new(DatabaseKind.Postgres)
            {
                Settings = first.Database.Settings,
                SeedFile = null,
                Services = services => services.Replace(ServiceDescriptor.Singleton(new DatabaseTime(new AheadTime(skew)))),
            }));
        }
        catch
        {
            await first.DisposeAsync();
            throw;
        }
    }

    /// <summary>Both as a client sees them whose requests go to one and to the other in turn.</summary>
    /// <param name="first">Which of them gets the first request of each connection: 0 or 1.</param>
    public Issuer Alternating(int first) => new(_first.Issuer.Address, () => new Turns(first, [
        new(_first.Server.CreateHandler()), new(_second.Server.CreateHandler())]));

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    private sealed class AheadTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }

    private sealed class Turns(int turn, HttpMessageInvoker[] servers) : HttpMessageHandler
    {
        private int _turn = turn;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            servers[_turn++ % servers.Length].SendAsync(request, cancellationToken);
    }
}
