using System.Security.Cryptography;
using AuthServer.Configuration;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AuthServer.Api.OpenApi;

/// <summary>GET /v1/openapi.json, and /v1/docs, where people read and try the API.</summary>
internal static class ReferencePages
{

    private static readonly object NonceKey = new();

    // The page starts from an inline module, and draws with inline styles. It can do nothing but call this server.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void AddReference(this IServiceCollection services, IReadOnlyList<ApiOperation> operations) =>
        services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        // The operations describe themselves: handlers read their bodies strictly, and the framework sees none of it.
        options.ShouldInclude = static _ => false;
        options.AddDocumentTransformer((document, context, cancellationToken) =>
            new ApiDocument(operations, context.ApplicationServices.GetRequiredService<IssuerOptions>())
                .TransformAsync(document, context, cancellationToken));
    });

    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        var pages = new Lazy<RequestDelegate>(() => Build(routes.ServiceProvider));
        foreach (var pattern in new[] { ApiPaths.Document, ApiPaths.Reference, ApiPaths.Reference + "/{**rest}" })
        {
            routes.MapGet(pattern, http =>
            {
                // The routes below choose anew.
                http.SetEndpoint(null);
                return pages.Value(http);
            }).AllowAnonymous();
        }
    }

    /// <summary>At the first request: binding these libraries' routes, which happens by reflection, is not a cost of each start.</summary>
    private static RequestDelegate Build(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseEndpoints(Map);
        return app.Build();
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi(ApiPaths.Document);
        routes.MapScalarApiReference(ApiPaths.Reference, (options, http) =>
        {
            options.Nonce = (string)http.Items[NonceKey]!;
            options.Title = "AuthPlatform API";
            options.OpenApiRoutePattern = ApiPaths.Document;
            // Nothing from elsewhere: no fonts, no proxy, no assistant.
            options.DefaultFonts = false;
            options.ProxyUrl = null;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Agent = new ScalarAgentOptions { Disabled = true };
        }).AddEndpointFilter((context, next) =>
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            context.HttpContext.Items[NonceKey] = nonce;
            context.HttpContext.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy.Replace(
                "{0}", nonce, StringComparison.Ordinal);
            return next(context);
        });
    }
}
