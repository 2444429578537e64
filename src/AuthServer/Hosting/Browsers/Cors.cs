using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Hosting.Listening;
using AuthServer.Sessions.Senders;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace AuthServer.Hosting.Browsers;

/// <summary>Which other origins may call from a browser.</summary>
/// <remarks>
/// By path, because most protocol endpoints are answered by middleware and have no route to put a policy on. With cookies only where the
/// refresh cookie lives.
/// </remarks>
public sealed class Cors(ClientOrigins clients, ClientRegistrationOptions registration) : ICorsPolicyProvider
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    // Discovery and keys are public.
    private static readonly CorsPolicy ForEverybody = new CorsPolicyBuilder()
        .AllowAnyOrigin().WithMethods("GET").AllowAnyHeader().SetPreflightMaxAge(PreflightAge).Build();

    // Who registers is not known yet, and proves itself by a token in a header, if at all (RFC 7591 section 3, RFC 7592 section 2).
    private static readonly CorsPolicy ForNewClients = new CorsPolicyBuilder()
        .AllowAnyOrigin().WithMethods("GET", "POST", "PUT", "DELETE").AllowAnyHeader().WithExposedHeaders("WWW-Authenticate", "Retry-After")
        .SetPreflightMaxAge(PreflightAge).Build();

    public async Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(ProtocolPaths.WellKnown)) return ForEverybody;
        if (registration.IsOn && path.StartsWithSegments(ProtocolPaths.Registration)) return ForNewClients;
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0) return null;
        // The refresh cookie lives here: for the operator's own apps alone.
        if (path.StartsWithSegments(ApiPaths.Auth))
        {
            return await clients.AllowsFirstPartyAsync(origin, context.RequestAborted) ? For(origin).AllowCredentials().Build() : null;
        }

        var forApps = path.StartsWithSegments(ApiPaths.Root) || ProtocolPaths.OfBrowserApps.Any(p => path.StartsWithSegments(p));
        if (!forApps || !await clients.AllowsAsync(origin, context.RequestAborted)) return null;
        // Some client libraries redeem codes with credentials: "include". The token endpoint reads no cookie.
        return path.StartsWithSegments(ProtocolPaths.Token) ? For(origin).AllowCredentials().Build() : For(origin).Build();
    }

    private static CorsPolicyBuilder For(string origin) => new CorsPolicyBuilder(origin)
        .AllowAnyMethod().AllowAnyHeader()
        .WithExposedHeaders(
            "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "Location", "Link", "WWW-Authenticate", "Idempotent-Replayed",
            DPoPCheck.NonceHeader, KnownDevice.Header, InteractionIds.Header)
        .SetPreflightMaxAge(PreflightAge);
}
