using AuthServer.Ui;
using AuthServer.Users.Pictures;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Accounts.Pictures;

/// <summary>GET /pictures/{name}: the picture of a person, which the claim <c>picture</c> points at, for pages of apps.</summary>
public static class PictureFiles
{
    // It is a JPEG that this server has made. Should it ever be anything else, a browser still runs nothing of it.
    private const string Policy = "default-src 'none'; sandbox";

    public static void MapPictureFiles(this IEndpointRouteBuilder routes) => routes.MapMethods(
        PagePaths.Pictures + "{name}", [HttpMethods.Get, HttpMethods.Head], async http =>
        {
            var name = (string)http.GetRouteValue("name")!;
            var jpeg = await http.RequestServices.GetRequiredService<OwnPicture>().FindAsync(name, http.RequestAborted);
            if (jpeg is null)
            {
                await Results.NotFound().ExecuteAsync(http);
                return;
            }

            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            // The name changes with the picture. An hour, so that a picture that was taken away is gone from caches soon.
            headers.CacheControl = "public, max-age=3600";
            await Results.Bytes(jpeg, "image/jpeg", entityTag: new EntityTagHeaderValue($"\"{name}\"")).ExecuteAsync(http);
        });
}
