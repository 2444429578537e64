namespace AuthServer.Protocol.Plain;

/// <summary>Answers the plain requests of the busiest endpoints without the library's dispatch; every rule is the one that the library's handlers call.</summary>
/// <remarks>Stands after CORS and before authentication, where the library would answer. See docs/performance.md for what it gains.</remarks>
public static class PlainRequests
{
    public static IServiceCollection AddPlainRequests(this IServiceCollection services)
    {
        services.AddSingleton<PlainClient>();
        services.AddSingleton<PlainScopes>();
        services.AddSingleton<PlainToken>();
        services.AddSingleton<PlainLogin>();
        services.AddSingleton<TokenAnswer>();
        services.AddSingleton<KeptDocuments>();
        services.AddSingleton<PlainAuthorization>();
        services.AddSingleton<PlainIntrospection>();
        services.AddSingleton<PlainUserClaims>();
        return services;
    }

    /// <summary>Discovery and keys, from memory where they are kept and current: a few percent more of them than at the place of the others.</summary>
    /// <param name="around">What stands around the making of a document; the library makes it within authentication, and routing has nothing to add.</param>
    public static void UseKeptDocuments(this IApplicationBuilder app, Action<IApplicationBuilder> around)
    {
        var services = app.ApplicationServices;
        if (services.GetService<PlainToken>() is null) return;
        var documents = services.GetRequiredService<KeptDocuments>();
        var making = app.New();
        around(making);
        making.Use((http, next) => documents.AnswerAsync(http, next));
        making.UseAuthentication();
        var make = making.Build();
        app.Use((http, next) => KeptDocuments.IsFor(http.Request) && http.Request.Headers.Origin.Count == 0 ? documents.TryAnswer(http) ?? make(http) : next(http));
    }

    public static void UsePlainRequests(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        // Where it was not added the library answers everything: so a test compares the two ways.
        if (services.GetService<PlainToken>() is not { } token) return;
        var (introspection, userInfo) = (services.GetRequiredService<PlainIntrospection>(), services.GetRequiredService<PlainUserClaims>());
        var documents = services.GetRequiredService<KeptDocuments>();
        var login = services.GetRequiredService<PlainLogin>();
        var authorization = services.GetRequiredService<PlainAuthorization>();
        app.Use((http, next) => http.Request.Path.Value switch
        {
            "/connect/token" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(token.TryAnswerAsync(http), http, next),
            "/connect/authorize" when HttpMethods.IsGet(http.Request.Method) => AnswerAsync(authorization.TryAnswerAsync(http), http, next),
            "/connect/introspect" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(introspection.TryAnswerAsync(http), http, next),
            "/v1/auth/login" when HttpMethods.IsPost(http.Request.Method) => AnswerAsync(login.TryAnswerAsync(http), http, next),
            "/connect/userinfo" when HttpMethods.IsGet(http.Request.Method) => AnswerAsync(userInfo.TryAnswerAsync(http), http, next),
            _ => KeptDocuments.IsFor(http.Request) ? documents.AnswerAsync(http, next) : next(http),
        });
    }

    private static async Task AnswerAsync(ValueTask<bool> answered, HttpContext http, RequestDelegate next)
    {
        if (!await answered) await next(http);
    }
}
