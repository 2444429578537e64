using Microsoft.Data.Sqlite;

namespace ResourceApi;

/// <summary>Which browser apps may call, and what every answer tells the browser.</summary>
public static class BrowserAccess
{
    public const string Everybody = "everybody";

    public static void AddBrowserAccess(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<ApiSettings>((options, settings) =>
        {
            options.AddDefaultPolicy(
                policy => policy.WithOrigins([.. settings.Origins])
                    .WithHeaders(
                        "Authorization", "DPoP", "Content-Type", "Idempotency-Key", InteractionIds.Header, Mcp.McpEndpoint.VersionHeader)
                    .WithMethods("GET", "POST", "PUT", "DELETE")
                    .WithExposedHeaders("WWW-Authenticate", "Location", "Link", ProofNonces.Header, InteractionIds.Header)
                    .SetPreflightMaxAge(TimeSpan.FromHours(1)));
            // Metadata is public. MCP clients send the version of their protocol here too.
            options.AddPolicy(
                Everybody, policy => policy.AllowAnyOrigin().WithMethods("GET").WithHeaders(Mcp.McpEndpoint.VersionHeader));
        });
    }

    public static void UseApiHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[InteractionIds.Header] = InteractionIds.Of(http.Request);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        return next(http);
    });

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        routes.MapGet("/health/ready", async (Notes.NoteStore notes, CancellationToken stop) =>
        {
            try
            {
                await notes.CheckAsync(stop);
                return Results.Json(new { status = "ready" });
            }
            catch (SqliteException)
            {
                return Results.Json(
                    new { status = "not ready", reason = "notes.db cannot be read" }, statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
    }
}
