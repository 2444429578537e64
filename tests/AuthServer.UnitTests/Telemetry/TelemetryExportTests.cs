using System.Net;
using System.Net.Sockets;
using AuthServer.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.UnitTests.Telemetry;

public sealed class TelemetryExportTests
{
    /// <summary>Each of the three alone would wait for five seconds, one after the other.</summary>
    [Fact]
    public async Task A_collector_that_never_answers_keeps_the_process_from_its_end_for_a_few_seconds_in_all()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new TelemetryOptions
        {
            Endpoint = new Uri($"http://{silent.LocalEndpoint}"), Protocol = TelemetryOptions.HttpProtobuf,
        };
        var provider = new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton(options)
            .AddLogging().AddTelemetry(options).BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        provider.GetRequiredService<AuthMeter>().SignIn("right");
        using (Decisions.Begin("sign in"))
        {
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("test").LogWarning("The last line.");
        }

        var began = TimeProvider.System.GetTimestamp();
        await provider.DisposeAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
    }
}
