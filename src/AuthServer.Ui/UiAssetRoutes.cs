using AuthServer.Ui.Brand;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Ui;

/// <summary>GET /assets/{name}.{hash}.{ext}</summary>
public static class UiAssetRoutes
{
    // A picture of the operator may hold anything. In a page a browser runs none of it, and opened by itself this policy forbids it.
    private const string PicturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

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
        var file = (string)context.GetRouteValue("file")!;
        if (file == AppSheet.FileName) return AppSheetAnswer(context, assets);
        if (assets.Find(file, out var current) is not { } asset)
            return Results.NotFound();

        var headers = context.Response.Headers;
        SetHeaders(headers, current);
        if (asset.ContentType.StartsWith("image/", StringComparison.Ordinal))
        {
            headers.ContentSecurityPolicy = PicturePolicy;
            // A mail is read on the pages of others, and shows the logo there.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        var (content, encoding) = Choose(asset, context.Request);
        if (asset.Brotli is not null)
            headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        return Results.Bytes(content, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}-{encoding ?? "plain"}\""));
    }

    private static IResult AppSheetAnswer(HttpContext context, UiAssets assets)
    {
        if (AppSheet.Read(context.Request.Query) is not { } sheet) return Results.NotFound();
        SetHeaders(context.Response.Headers, current: context.Request.Query["v"] == assets.Version);
        return Results.Bytes(sheet, "text/css; charset=utf-8");
    }

    private static void SetHeaders(IHeaderDictionary headers, bool current)
    {
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // While replicas are replaced, a page of one may ask the other for a hash it does not have: it gets these bytes, not kept.
        headers.CacheControl = current ? "public, max-age=31536000, immutable" : "no-cache";
    }

    private static (byte[] Content, string? Encoding) Choose(UiAsset asset, HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        if (asset.Brotli is { } brotli && Takes("br"))
            return (brotli, "br");
        return asset.Gzip is { } gzip && Takes("gzip") ? (gzip, "gzip") : (asset.Content, null);

        bool Takes(string encoding) =>
            accepted.Any(each => each.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && each.Quality is not 0);
    }
}
