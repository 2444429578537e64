using System.Collections.Frozen;
using AuthServer.Configuration;

namespace AuthServer.Protocol.Plain;

/// <summary>
/// Answers the plain requests of the busiest endpoints without OpenIddict's dispatch; every rule is the one that its handlers call.
/// </summary>
/// <remarks>
/// Stands after CORS and before authentication, where OpenIddict answers. The plain way can only decline (ADR 0010): it takes a request
/// when
/// every parameter, every header and every member of the client's registration is on its lists, and leaves all others untouched.
/// </remarks>
public static class PlainRequests
{
    public static IServiceCollection AddPlainRequests(this IServiceCollection services)
    {
        services.AddSingleton<PlainClient>();
        services.AddSingleton<PlainToken>();
        services.AddSingleton<PlainLogin>();
        services.AddSingleton<PlainFirstPartySession>();
        services.AddSingleton<KeptDocuments>();
        services.AddSingleton<PlainAuthorization>();
        services.AddSingleton<PlainIntrospection>();
        services.AddSingleton<PlainUserClaims>();
        return services;
    }

    /// <summary>Discovery and keys, from memory where they are kept and current. Answering before routing serves a few percent more
    /// requests than
    /// answering where the other plain requests are answered.</summary>
    /// <param name="around">Middleware that wraps the creation of a document, for example the request timeout.</param>
    public static void UseKeptDocuments(this IApplicationBuilder app, Action<IApplicationBuilder> around)
    {
        var documents = app.ApplicationServices.GetRequiredService<KeptDocuments>();
        var making = app.New();
        around(making);
        making.Use((http, next) => documents.AnswerAsync(http, next));
        making.UseAuthentication();
        var make = making.Build();
        app.Use((http, next) => KeptDocuments.IsFor(http) && http.Request.Headers.Origin.Count == 0 ? documents.TryAnswer(http)
            ?? make(http) : next(http));
    }

    public static void UsePlainRequests(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var token = services.GetRequiredService<PlainToken>();
        var (login, session) = (services.GetRequiredService<PlainLogin>(), services.GetRequiredService<PlainFirstPartySession>());
        var (introspection, userInfo) = (services.GetRequiredService<PlainIntrospection>(), services.GetRequiredService<PlainUserClaims>());
        var (authorization, documents) = (services.GetRequiredService<PlainAuthorization>(), services.GetRequiredService<KeptDocuments>());
        var posts = new Dictionary<string, Endpoint>
        {
            [ProtocolPaths.Token] = token.TryAnswerAsync,
            [ProtocolPaths.Introspection] = introspection.TryAnswerAsync,
            [ApiPaths.Login] = login.TryAnswerAsync,
            [ApiPaths.Refresh] = session.TryRefreshAsync,
            [ApiPaths.Logout] = session.TryLogOutAsync,
        }.ToFrozenDictionary(StringComparer.Ordinal);
        var gets = new Dictionary<string, Endpoint>
        {
            [ProtocolPaths.Authorization] = authorization.TryAnswerAsync,
            [ProtocolPaths.UserInfo] = userInfo.TryAnswerAsync,
        }.ToFrozenDictionary(StringComparer.Ordinal);
        app.Use((http, next) =>
        {
            var (method, path) = (http.Request.Method, http.Request.Path.Value!);
            if (HttpMethods.IsPost(method))
            {
                // These endpoints read their body alone; what a query would mean beside it only the long way decides.
                return posts.TryGetValue(path, out var post) && !http.Request.QueryString.HasValue
                    ? AnswerAsync(post, http, next)
                    : next(http);
            }

            if (!HttpMethods.IsGet(method)) return next(http);
            if (gets.TryGetValue(path, out var get)) return AnswerAsync(get, http, next);
            return KeptDocuments.IsFor(http) ? documents.AnswerAsync(http, next) : next(http);
        });
    }

    private static async Task AnswerAsync(Endpoint endpoint, HttpContext http, RequestDelegate next)
    {
        if (!PlainHeaders.Allow(http) || !await endpoint(http)) await next(http);
    }

    /// <returns>False when nothing has happened and OpenIddict is to answer.</returns>
    private delegate ValueTask<bool> Endpoint(HttpContext http);
}
