namespace AuthServer.Hosting.Listening;

/// <summary>Answers <c>//.well-known/...</c> as <c>/.well-known/...</c>.</summary>
/// <remarks>
/// OpenID Connect Discovery 1.0 section 4.1 removes the slash at the end of an issuer before the path is added, and many clients do not:
/// an issuer that was configured as https://id.example.com/ is asked for //.well-known/openid-configuration.
/// </remarks>
public static class DoubledSlashes
{
    private const string WellKnown = "//.well-known/";

    public static void UseDoubledSlashes(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Path.Value is { } path && path.StartsWith(WellKnown, StringComparison.Ordinal)) http.Request.Path = path[1..];
        return next(http);
    });
}
