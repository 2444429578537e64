using AuthServer.Api.Auth;
using AuthServer.Api.Tokens;
using AuthServer.Api.Users;
using Microsoft.AspNetCore.Authentication;

namespace AuthServer.Api;

/// <summary>The JSON API, versioned by its path.</summary>
public static class ApiRoutes
{
    /// <summary>Registers the scheme of its callers.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(BearerTokens.Policy, policy => policy.AddAuthenticationSchemes(BearerTokens.SchemeName).RequireAuthenticatedUser());
        return services;
    }

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup("/v1");
        v1.MapRegistration();
        v1.MapUsers();
    }
}
