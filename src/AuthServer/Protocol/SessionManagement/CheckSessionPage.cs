using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;

namespace AuthServer.Protocol.SessionManagement;

/// <summary>
/// GET /connect/checksession: the page whose script tells an app whether the person is still signed in (OpenID Connect Session Management
/// 1.0 section 3.2).
/// </summary>
/// <remarks>Any app may frame it: it shows nothing, and its answer depends on who asks.</remarks>
public static class CheckSessionPage
{
    // No connections: what the script knows is in the cookie and in the question.
    private const string Policy = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'";

    public static void MapCheckSession(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (!services.GetRequiredService<SessionManagementOptions>().IsOn) return;
        var script = services.GetRequiredService<UiAssets>().Url("check-session.js");
        var cookie = services.GetRequiredService<BrowserSessionCookie>().StateName;
        var page = $"""
            <!DOCTYPE html>
            <html lang="en" data-cookie="{cookie}"><head><meta charset="utf-8"><title>Session</title>
            <script src="{script}"></script></head></html>
            """;
        routes.MapGet(ProtocolPaths.CheckSession, http =>
        {
            FramedByApps.Allow(http);
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync(page, http.RequestAborted);
        });
    }
}
