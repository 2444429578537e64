using AuthServer.Clients;
using AuthServer.Configuration;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace AuthServer.Hosting;

/// <summary>Which other origins may call from a browser.</summary>
/// <remarks>By path, because most protocol endpoints are answered by middleware and have no route to put a policy on. Never with cookies.</remarks>
public sealed class Cors(ClientOrigins clients, IssuerOptions issuer) : ICorsPolicyProvider
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    // What a browser app calls itself, from the origins of registered redirect URIs.
    private static readonly PathString[] ForApps = ["/connect/token", "/connect/userinfo", "/connect/revoke"];

    // Discovery and keys are public.
    private static readonly CorsPolicy ForEverybody = new CorsPolicyBuilder()
        .AllowAnyOrigin().WithMethods("GET").AllowAnyHeader().SetPreflightMaxAge(PreflightAge).Build();

    public async Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        ArgumentNullException.ThrowIfNull(context);
        var path = context.Request.Path;
        if (path.StartsWithSegments("/.well-known")) return ForEverybody;
        var origin = context.Request.Headers.Origin.ToString();
        var allowed = Array.Exists(ForApps, p => path.StartsWithSegments(p))
            ? await clients.AllowsAsync(origin, context.RequestAborted)
            : path.StartsWithSegments("/v1") && origin == issuer.FrontendOrigin;
        return allowed ? For(origin) : null;
    }

    private static CorsPolicy For(string origin) => new CorsPolicyBuilder(origin)
        .AllowAnyMethod().AllowAnyHeader()
        .WithExposedHeaders("WWW-Authenticate", "Retry-After", "ETag", "Location", "Link", "RateLimit", "RateLimit-Policy").SetPreflightMaxAge(PreflightAge).Build();
}
