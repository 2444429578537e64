using System.Collections.Concurrent;
using AuthServer.Configuration;
using AuthServer.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.UnitTests.Telemetry;

/// <summary>Variables of OpenTelemetry: those that its packages read, and the others.</summary>
public sealed class OpenTelemetryVariablesTests
{
    private static readonly Type[] Options = [typeof(TelemetryOptions)];

    [Fact]
    public async Task The_list_has_what_the_packages_ask_for_and_no_more()
    {
        var asked = new ConcurrentDictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        // Nothing listens there, and nothing is to be sent.
        var options = new TelemetryOptions { Endpoint = new("http://127.0.0.1:1") };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Add(new Source(asked)).Build());
        services.AddSingleton(options);
        TelemetryExport.Add(services, options);
        await using var server = services.BuildServiceProvider();
        foreach (var service in server.GetServices<IHostedService>()) await service.StartAsync(default);
        server.GetRequiredService<ILoggerFactory>().CreateLogger("any");

        var settings = SettingsReader.SettingsOf(typeof(TelemetryOptions)).Select(s => s.Setting.Key);
        var (listed, read) = (OpenTelemetryVariables.ReadByThePackages, asked.Keys.Where(OpenTelemetryVariables.IsOne).Except(settings));
        // That of the packages' diagnostics is read once in a process, by whichever test comes first.
        string[] once = ["OTEL_LOG_LEVEL"];
        var (missing, unread) = (string.Join(", ", read.Except(listed)), string.Join(", ", listed.Except(read).Except(once)));
        Assert.True(missing.Length + unread.Length == 0, $"Not on the list: {missing}\nNot asked for: {unread}");
    }

    [Fact]
    public void One_that_nothing_reads_is_told_and_one_of_the_automatic_instrumentation_is_not()
    {
        string[] names =
            ["OTEL_PROPAGATORS", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_SERVICE_NAME", "OTEL_SERVICE_NAMES", "OTEL_DOTNET_AUTO_HOME", "PATH"];
        Assert.Equal(["OTEL_PROPAGATORS"], UnknownSettings.Unread(names, Options));
        Assert.Equal([("OTEL_SERVICE_NAMES", "OTEL_SERVICE_NAME")], UnknownSettings.Misspelt(names, Options));
    }

    [Fact]
    public void As_an_argument_it_is_refused_because_that_is_meant_for_this_server()
    {
        var problems = new SettingProblems();
        UnknownSettings.Refuse(
            new ConfigurationBuilder().Build(), [], ["--OTEL_PROPAGATORS=b3", "--OTEL_BSP_SCHEDULE_DELAY=100"], Options, problems);
        Assert.StartsWith("OTEL_PROPAGATORS: is not a setting", Assert.Single(problems.Lines), StringComparison.Ordinal);
    }

    private sealed class Source(ConcurrentDictionary<string, bool> asked) : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            asked[key] = true;
            return base.TryGet(key, out value);
        }
    }
}
