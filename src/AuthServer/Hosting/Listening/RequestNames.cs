using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using AuthServer.Configuration;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Hosting.Listening;

/// <summary>
/// The route and outcome of a request for metrics and traces, in the words of OpenTelemetry's conventions for HTTP servers. Nothing happens
/// while nobody records.
/// </summary>
public static class RequestNames
{
    private const string Route = "http.route";

    // OpenIddict and the plain way answer these without routing.
    private static readonly FrozenSet<string> Protocol = FrozenSet.Create(
        StringComparer.Ordinal, ProtocolPaths.Authorization, ProtocolPaths.PushedAuthorization, ProtocolPaths.Token, ProtocolPaths.UserInfo,
        ProtocolPaths.Introspection, ProtocolPaths.Revocation, ProtocolPaths.DeviceAuthorization, ProtocolPaths.Ciba,
        ProtocolPaths.EndSession, ProtocolPaths.Discovery, ProtocolPaths.ServerMetadata, ProtocolPaths.Keys);

    public static void UseRequestNames(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var (metrics, span) = (http.Features.Get<IHttpMetricsTagsFeature>(), Activity.Current);
        if (metrics is null && span is null) return next(http);
        var route = Protocol.TryGetValue(http.Request.Path.Value ?? "", out var known) ? known : null;
        // Of the other routes ASP.NET Core tells the metrics itself.
        if (route is not null) metrics?.Tags.Add(new(Route, route));
        return span is { IsAllDataRequested: true } ? NameAsync(http, next, span, route) : next(http);
    });

    // ASP.NET Core 10 gives the span what is known when it begins, and nothing of its end.
    private static async Task NameAsync(HttpContext http, RequestDelegate next, Activity span, string? route)
    {
        // The caller's own word would be a name without bound.
        var method = span.GetTagItem("http.request.method") as string is { } known and not "_OTHER" ? known : "HTTP";
        await next(http);
        route ??= ((http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText;
        if (route is not null)
        {
            span.SetTag(Route, route);
            span.DisplayName = $"{method} {route}";
        }

        var status = http.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status < StatusCodes.Status500InternalServerError) return;
        // A refusal is no error of the server.
        span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
    }
}
