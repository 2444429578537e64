using AuthServer.Clients.Registration;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Ui.ApiReference;
using AuthServer.Ui.Layout;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AuthServer.Api.OpenApi;

/// <summary>GET /v1/openapi.json, and /v1/docs, where people read and try the API.</summary>
internal static class ReferencePages
{
    // Of Scalar the script alone is served: its own page has no language and no brand, and takes tokens by hand alone.
    private const string Renderer = ApiPaths.Reference + "/scalar.js";

    private static readonly string Scopes = string.Join(
        ' ', ["openid", "email", ScopeNames.AccountRead, ScopeNames.AccountWrite, ScopeNames.UsersRead, ScopeNames.UsersWrite]);

    public static void AddReference(this IServiceCollection services, IReadOnlyList<ApiOperation> operations) =>
        services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        // The operations describe themselves: handlers read their bodies strictly, and the framework sees none of it.
        options.ShouldInclude = static _ => false;
        options.AddDocumentTransformer((document, context, cancellationToken) => new ApiDocument(
            operations, context.ApplicationServices.GetRequiredService<IssuerOptions>(),
            context.ApplicationServices.GetRequiredService<Branding>().Name).TransformAsync(document, context, cancellationToken));
    });

    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        var pages = new Lazy<RequestDelegate>(() => Build(routes.ServiceProvider));
        routes.MapGet(ApiPaths.Reference, static http => Page(http).ExecuteAsync(http)).AllowAnonymous();
        foreach (var pattern in new[] { ApiPaths.Document, Renderer })
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
        routes.MapScalarApiReference(ApiPaths.Reference);
    }

    private static IResult Page(HttpContext http)
    {
        var issuer = http.RequestServices.GetRequiredService<IssuerOptions>();
        http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy(http.RequestServices.GetRequiredService<Branding>());
        return PageAnswers.Page<ApiReferencePage>(http, new ApiReferenceModel
        {
            DocumentUrl = ApiPaths.Document,
            RendererUrl = Renderer,
            SecurityScheme = ApiDocument.SchemeId,
            Issuer = issuer.IssuerText,
            AuthorizeUrl = ProtocolPaths.Authorization,
            TokenUrl = ProtocolPaths.Token,
            LogoutUrl = ApiPaths.Logout,
            ClientId = BuiltIns.FirstPartyClientId,
            RedirectUri = issuer.IssuerText + BuiltIns.ReferencePath,
            Resource = issuer.ApiAudience,
            Scope = Scopes,
        });
    }

    // Scalar draws with inline styles. The page can do nothing but call this server.
    private static string ContentSecurityPolicy(Branding brand)
    {
        var style = Origins(brand.StylesheetUrl);
        var logos = Origins(brand.LogoUrl, brand.LogoDarkUrl);
        return $"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'{style}; img-src 'self' data:{logos}; " +
            "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    }

    private static string Origins(params string?[] addresses) => string.Concat(
        addresses.OfType<string>().Select(a => " " + new Uri(a).GetLeftPart(UriPartial.Authority)).Distinct(StringComparer.Ordinal));
}
