using AuthServer.Configuration;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace AuthServer.Hosting;

/// <summary>Which other origins may call from a browser.</summary>
/// <remarks>By path, because most protocol endpoints are answered by middleware and have no route to put a policy on. Never with cookies.</remarks>
public sealed class Cors(IssuerOptions issuer) : ICorsPolicyProvider
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    // What a browser app calls itself. Every one of them is safe for any origin: it answers to a token or a code, not to a cookie.
    private static readonly PathString[] Protocol = ["/.well-known", "/connect/token", "/connect/userinfo", "/connect/revoke"];

    private static readonly CorsPolicy ForApps = new CorsPolicyBuilder()
        .AllowAnyOrigin().WithMethods("GET", "POST").AllowAnyHeader()
        .WithExposedHeaders("WWW-Authenticate", "Retry-After").SetPreflightMaxAge(PreflightAge).Build();

    private readonly CorsPolicy? _forFrontend = issuer.FrontendOrigin is { } origin
        ? new CorsPolicyBuilder(origin).AllowAnyMethod().AllowAnyHeader()
            .WithExposedHeaders("WWW-Authenticate", "Retry-After", "ETag", "Location", "Link").SetPreflightMaxAge(PreflightAge).Build()
        : null;

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var path = context.Request.Path;
        if (Array.Exists(Protocol, p => path.StartsWithSegments(p))) return Task.FromResult<CorsPolicy?>(ForApps);
        return Task.FromResult(path.StartsWithSegments("/v1") ? _forFrontend : null);
    }
}
