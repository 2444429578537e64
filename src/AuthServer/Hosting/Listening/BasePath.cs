using AuthServer.Configuration;

namespace AuthServer.Hosting.Listening;

/// <summary>
/// An issuer with a path, such as https://example.com/auth: takes it off requests, and puts it before addresses in answers.
/// </summary>
/// <remarks>
/// Behind this middleware every address is as it would be without the path. Proxies send the path or take it away, so a request without it
/// is answered too. Pages put the path before their links by themselves.
/// </remarks>
public static class BasePath
{
    public static void UseBasePath(this IApplicationBuilder app)
    {
        var path = app.ApplicationServices.GetRequiredService<IssuerOptions>().BasePath;
        if (path.Length == 0) return;
        Func<object, Task> complete = http =>
        {
            var headers = ((HttpContext)http).Response.Headers;
            // Addresses of apps and of the JSON API have a scheme.
            if (headers.Location is [['/', ..] local]) headers.Location = path + local;
            return Task.CompletedTask;
        };
        app.Use((http, next) =>
        {
            http.Request.PathBase = path;
            http.Request.Path = Within(http.Request.Path, path);
            http.Response.OnStarting(complete, http);
            return next(http);
        });
    }

    private static PathString Within(PathString requested, string path)
    {
        var text = requested.Value ?? "";
        if (text.StartsWith(path, StringComparison.Ordinal))
        {
            var rest = text[path.Length..];
            if (rest.Length == 0) return "/";
            if (rest[0] == '/') return rest;
        }

        // RFC 8414 section 3.1: the well-known part is inserted before the path of the issuer. Some clients do the same for
        // openid-configuration, which OpenID Connect Discovery 1.0 section 4.1 appends.
        foreach (var document in (ReadOnlySpan<string>)[ProtocolPaths.ServerMetadata, ProtocolPaths.Discovery])
        {
            if (text.Length == document.Length + path.Length && text.StartsWith(document, StringComparison.Ordinal)
                && text.EndsWith(path, StringComparison.Ordinal)) return document;
        }
        return requested;
    }
}
