namespace AuthServer.Protocol.Direct;

/// <summary>Answers the plain requests of the busiest endpoints without the library's dispatch; every rule is the one that the library's handlers call.</summary>
/// <remarks>Stands after CORS and before authentication, where the library would answer. See docs/performance.md for what it gains.</remarks>
public static class DirectRequests
{
    public static IServiceCollection AddDirectRequests(this IServiceCollection services)
    {
        services.AddSingleton<DirectClient>();
        services.AddSingleton<DirectScopes>();
        services.AddSingleton<DirectToken>();
        services.AddSingleton<TokenAnswer>();
        services.AddSingleton<DirectDocuments>();
        services.AddSingleton<DirectAuthorization>();
        services.AddSingleton<DirectIntrospection>();
        services.AddSingleton<DirectUserClaims>();
        return services;
    }

    public static void UseDirectRequests(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        // Where it was not added the library answers everything: so a test compares the two ways.
        if (services.GetService<DirectToken>() is not { } token) return;
        var (introspection, userInfo) = (services.GetRequiredService<DirectIntrospection>(), services.GetRequiredService<DirectUserClaims>());
        var documents = services.GetRequiredService<DirectDocuments>();
        var authorization = services.GetRequiredService<DirectAuthorization>();
        app.Use((http, next) => http.Request.Path.Value switch
        {
            "/connect/token" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(token.TryAnswerAsync(http), http, next),
            "/connect/authorize" when HttpMethods.IsGet(http.Request.Method) => AnswerAsync(authorization.TryAnswerAsync(http), http, next),
            "/connect/introspect" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(introspection.TryAnswerAsync(http), http, next),
            "/connect/userinfo" when HttpMethods.IsGet(http.Request.Method) => AnswerAsync(userInfo.TryAnswerAsync(http), http, next),
            "/.well-known/openid-configuration" or "/.well-known/oauth-authorization-server" or "/.well-known/jwks"
                when HttpMethods.IsGet(http.Request.Method) && !http.Request.QueryString.HasValue => documents.AnswerAsync(http, next),
            _ => next(http),
        });
    }

    private static async Task AnswerAsync(ValueTask<bool> answered, HttpContext http, RequestDelegate next)
    {
        if (!await answered) await next(http);
    }
}
