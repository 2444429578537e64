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
        services.AddSingleton<DirectLogin>();
        services.AddSingleton<TokenAnswer>();
        services.AddSingleton<DirectDocuments>();
        services.AddSingleton<DirectAuthorization>();
        services.AddSingleton<DirectIntrospection>();
        services.AddSingleton<DirectUserClaims>();
        return services;
    }

    /// <summary>Discovery and keys, from memory where they are kept and current: a few percent more of them than at the place of the others.</summary>
    /// <param name="around">What stands around the making of a document; the library makes it within authentication, and routing has nothing to add.</param>
    public static void UseDirectDocuments(this IApplicationBuilder app, Action<IApplicationBuilder> around)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(around);
        var services = app.ApplicationServices;
        if (services.GetService<DirectToken>() is null) return;
        var documents = services.GetRequiredService<DirectDocuments>();
        var making = app.New();
        around(making);
        making.Use((http, next) => documents.AnswerAsync(http, next));
        making.UseAuthentication();
        var make = making.Build();
        app.Use((http, next) => DirectDocuments.IsFor(http.Request) && http.Request.Headers.Origin.Count == 0 ? documents.TryAnswer(http) ?? make(http) : next(http));
    }

    public static void UseDirectRequests(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        // Where it was not added the library answers everything: so a test compares the two ways.
        if (services.GetService<DirectToken>() is not { } token) return;
        var (introspection, userInfo) = (services.GetRequiredService<DirectIntrospection>(), services.GetRequiredService<DirectUserClaims>());
        var documents = services.GetRequiredService<DirectDocuments>();
        var login = services.GetRequiredService<DirectLogin>();
        var authorization = services.GetRequiredService<DirectAuthorization>();
        app.Use((http, next) => http.Request.Path.Value switch
        {
            "/connect/token" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(token.TryAnswerAsync(http), http, next),
            "/connect/authorize" when HttpMethods.IsGet(http.Request.Method) => AnswerAsync(authorization.TryAnswerAsync(http), http, next),
            "/connect/introspect" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(introspection.TryAnswerAsync(http), http, next),
            "/v1/auth/login" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(login.TryAnswerAsync(http), http, next),
            "/connect/userinfo" when HttpMethods.IsGet(http.Request.Method) => AnswerAsync(userInfo.TryAnswerAsync(http), http, next),
            _ => DirectDocuments.IsFor(http.Request) ? documents.AnswerAsync(http, next) : next(http),
        });
    }

    private static async Task AnswerAsync(ValueTask<bool> answered, HttpContext http, RequestDelegate next)
    {
        if (!await answered) await next(http);
    }
}
