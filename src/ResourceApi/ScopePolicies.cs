using Microsoft.AspNetCore.Authorization;

namespace ResourceApi;

/// <summary>Names the scope that an endpoint needs, for the policy and for the refusal.</summary>
public sealed record RequiredScope(string Scope);

/// <summary>One policy per scope; a scope allows what its name says and nothing about whose data it is.</summary>
public sealed class ScopePolicies
{
    public const string NotesRead = "notes:read";
    public const string NotesWrite = "notes:write";
    public const string PaymentsWrite = "payments:write";

    private ScopePolicies()
    {
    }

    public static IReadOnlyList<string> All { get; } = [NotesRead, NotesWrite, PaymentsWrite];
}

public static class ScopePoliciesSetup
{
    public static void AddScopePolicies(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in ScopePolicies.All)
        {
            authorization.AddPolicy(scope, policy => policy.RequireClaim("sub").RequireAssertion(context => HasScope(context, scope)));
        }
    }

    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(scope).WithMetadata(new RequiredScope(scope));

    // RFC 9068 section 2.2.3: one claim, space-separated.
    private static bool HasScope(AuthorizationHandlerContext context, string scope) =>
        context.User.FindFirst("scope")?.Value.Split(' ').Contains(scope) == true;
}
