namespace AuthServer.Hosting;

/// <summary>The order of the middleware, with the reason for each place.</summary>
public static class Pipeline
{
    public static void UsePipeline(this WebApplication app)
    {
        // First: everything below sees the caller's own address and scheme.
        app.UseForwardedHeaders();
        app.UseRouting();
        app.MapHealth();
    }
}
