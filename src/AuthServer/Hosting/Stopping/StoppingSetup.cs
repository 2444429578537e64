using AuthServer.Hosting.Probes;

namespace AuthServer.Hosting.Stopping;

/// <summary>How the server ends.</summary>
public static class StoppingSetup
{
    // Requests that are being answered get this long; an orchestrator kills after 30 s by default, and DRAIN_TIME comes before.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    public static IServiceCollection AddStopping(this IServiceCollection services) => services
        .Configure<HostOptions>(host => host.ShutdownTimeout = Grace)
        .AddSingleton<Drain>();

    /// <summary>For a process of its own: a test and a drill have a host that somebody else stops.</summary>
    public static IServiceCollection AddSignals(this IServiceCollection services) =>
        services.AddSingleton<SystemdNotice>().AddSingleton<IHostLifetime, SignalLifetime>();

    /// <summary>
    /// While the server drains, each answer asks for the end of its connection (Connection: close, or GOAWAY in HTTP/2), so that callers
    /// who keep theirs open go elsewhere before it is closed.
    /// </summary>
    public static void UseDraining(this IApplicationBuilder app)
    {
        var drain = app.ApplicationServices.GetRequiredService<Drain>();
        app.Use((http, next) =>
        {
            if (drain.HasBegun) http.Connection.RequestClose();
            return next(http);
        });
    }
}
