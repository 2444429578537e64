using Microsoft.Net.Http.Headers;

namespace ResourceApi;

/// <summary>JSON is UTF-8 (RFC 8259 section 8.1). A body that names another encoding is refused with 415 before it is read.</summary>
/// <remarks>
/// Without this ASP.NET Core throws for an encoding that it does not know, and the caller's mistake is answered with 500.
/// </remarks>
public static class JsonEncoding
{
    public static void UseJsonEncoding(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.ContentType is not { } text) return next(http);
        if (!MediaTypeHeaderValue.TryParse(text, out var type) || !type.Parameters.Where(IsCharset).All(IsUtf8)) return RefuseAsync(http);
        // The reader below does not know "utf-8" in quotes (RFC 9110 section 8.3.2), and takes UTF-8 where nothing is said.
        if (type.Charset.HasValue) http.Request.ContentType = type.MediaType.ToString();
        return next(http);
    });

    private static bool IsCharset(NameValueHeaderValue parameter) => parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase);

    private static bool IsUtf8(NameValueHeaderValue parameter) =>
        HeaderUtilities.RemoveQuotes(parameter.Value).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext http) => TypedResults.Problem(
        statusCode: StatusCodes.Status415UnsupportedMediaType, detail: "Send the body as application/json in UTF-8.").ExecuteAsync(http);
}
