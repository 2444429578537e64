using System.Security.Claims;

namespace ResourceApi;

/// <summary>Names the scope that an endpoint needs, for the policy and for the refusal.</summary>
public sealed record RequiredScope(string Scope);

/// <summary>One policy per scope; a scope allows what its name says and nothing about whose data it is.</summary>
public sealed class ScopePolicies
{
    public const string NotesRead = "notes:read";
    public const string NotesWrite = "notes:write";
    public const string PaymentsWrite = "payments:write";

    public const string McpRead = "mcp:read";
    public const string McpWrite = "mcp:write";

    private ScopePolicies()
    {
    }

    public static IReadOnlyList<string> OfApi { get; } = [NotesRead, NotesWrite, PaymentsWrite];

    public static IReadOnlyList<string> OfMcp { get; } = [McpRead, McpWrite];
}

public static class ScopePoliciesSetup
{
    public static void AddScopePolicies(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in ScopePolicies.OfApi.Concat(ScopePolicies.OfMcp))
        {
            authorization.AddPolicy(scope, policy => policy.RequireClaim("sub").RequireAssertion(context => context.User.HasScope(scope)));
        }
    }

    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(scope).WithMetadata(new RequiredScope(scope));

    public static bool HasScope(this ClaimsPrincipal caller, string scope) => caller.Scopes().Contains(scope);

    // RFC 9068 section 2.2.3: one claim, space-separated.
    public static string[] Scopes(this ClaimsPrincipal caller) => caller.FindFirst("scope")?.Value.Split(' ') ?? [];
}
