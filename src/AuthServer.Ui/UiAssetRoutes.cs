using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Ui;

/// <summary>GET /assets/{name}.{hash}.{ext}</summary>
public static class UiAssetRoutes
{
    public static void MapUiAssets(this IEndpointRouteBuilder endpoints)
    {
        // Short-circuited: a font must not cost the session look-up that authentication makes for a page.
        // A delegate that takes the request as it is: one with parameters would be bound by reflection at each start.
        endpoints.MapMethods(UiAssets.Path + "{file}", ["GET", "HEAD"], static context => Answer(context).ExecuteAsync(context))
            .ShortCircuit();
    }

    private static IResult Answer(HttpContext context)
    {
        var assets = context.RequestServices.GetRequiredService<UiAssets>();
        if (assets.Find((string)context.GetRouteValue("file")!, out var current) is not { } asset)
            return Results.NotFound();

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // While replicas are replaced, a page of one may ask the other for a hash it does not have: it gets these bytes, not kept.
        headers.CacheControl = current ? "public, max-age=31536000, immutable" : "no-cache";

        var (content, encoding) = Choose(asset, context.Request);
        if (asset.Brotli is not null)
            headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        return Results.Bytes(content, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}-{encoding ?? "plain"}\""));
    }

    private static (byte[] Content, string? Encoding) Choose(UiAssets.Asset asset, HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        if (asset.Brotli is { } brotli && Takes("br"))
            return (brotli, "br");
        return asset.Gzip is { } gzip && Takes("gzip") ? (gzip, "gzip") : (asset.Content, null);

        bool Takes(string encoding) =>
            accepted.Any(each => each.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && each.Quality is not 0);
    }
}
