using AuthServer.Api.Account;
using AuthServer.Api.Auth;
using AuthServer.Api.Clients;
using AuthServer.Api.OpenApi;
using AuthServer.Api.Tokens;
using AuthServer.Api.Users;
using AuthServer.Configuration;
using Microsoft.AspNetCore.Authentication;

namespace AuthServer.Api;

/// <summary>The JSON API, versioned by its path.</summary>
public static class ApiRoutes
{
    /// <summary>Every operation of the API, as its document describes it.</summary>
    internal static IReadOnlyList<ApiOperation> Operations { get; } =
        [
            .. AuthOperations.All, .. RecoveryOperations.All, .. AccountOperations.All, .. FactorOperations.All,
            .. UserOperations.All, .. UserSessionOperations.All,
            .. UserRecoveryOperations.All, .. RegistrationTokenOperations.All,
        ];

    /// <summary>Registers the scheme of its callers, and its document.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(BearerTokens.Policy, policy => policy.AddAuthenticationSchemes(BearerTokens.SchemeName).RequireAuthenticatedUser());
        services.AddReference(Operations);
        return services;
    }

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup(ApiPaths.Root);
        v1.MapRegistration();
        v1.MapConfirmRegistration();
        v1.MapEmailCode();
        v1.MapPasswordReset();
        v1.MapEmail();
        v1.MapUsers();
        v1.MapRegistrationTokens();
        routes.MapAccount();
        routes.MapReference();
    }
}
