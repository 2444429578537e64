using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Loggers for a server in the process of the tests.</summary>
public static class QuietLogs
{
    /// <summary>
    /// Every server in this process needs this: Quartz keeps the last one's logger factory in a static field, and a factory
    /// that one server disposes would fail the start of the next.
    /// </summary>
    public static void UseQuietLogs(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(NullLoggerFactory.Instance));
}
