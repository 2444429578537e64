namespace AuthServer.Hosting.Listening;

/// <summary>HEAD answers wherever GET does, with the same status and headers (RFC 9110 section 9.3.2).</summary>
public static class HeadRequests
{
    /// <summary>Everything below sees a GET. Kestrel remembers the method of the request line and sends no body.</summary>
    public static void UseHeadRequests(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsHead(http.Request.Method)) http.Request.Method = HttpMethods.Get;
        return next(http);
    });
}
