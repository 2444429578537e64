using AuthServer.Configuration;

namespace AuthServer.Protocol.Token.FirstParty;

public static class FirstPartyRoutes
{
    /// <summary>
    /// /auth/... without a version answers with the address that has one; 308 keeps method and body (RFC 9110 section 15.4.9).
    /// </summary>
    public static void MapFirstParty(this IEndpointRouteBuilder routes) =>
        routes.Map("/auth/{**rest}", static http =>
        {
            http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            http.Response.Headers.Location = ApiPaths.Root + http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
            return Task.CompletedTask;
        });
}
