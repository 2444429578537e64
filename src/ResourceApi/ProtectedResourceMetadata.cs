namespace ResourceApi;

/// <summary>A resource that tokens are for, as its endpoints carry it.</summary>
/// <param name="Identifier">The audience of its tokens (RFC 8707 section 2).</param>
/// <param name="FirstScope">What a client without a token is told to ask for; null: nothing.</param>
public sealed record ProtectedResource(string Identifier, string? FirstScope = null)
{
    /// <summary>The resource of the endpoint that is asked; those that name none belong to the API.</summary>
    public static ProtectedResource Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ProtectedResource>()
        ?? new(http.RequestServices.GetRequiredService<ApiSettings>().Resource);
}

/// <summary>Says which authorization server and scopes a resource uses (RFC 9728).</summary>
public static class ProtectedResourceMetadata
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    private static readonly string[] BearerMethods = ["header"];

    /// <summary>RFC 9728 section 3.1: the well-known part stands between the host and the path of the resource.</summary>
    public static string AddressOf(ProtectedResource resource)
    {
        var uri = new Uri(resource.Identifier);
        return uri.GetLeftPart(UriPartial.Authority) + WellKnown + uri.AbsolutePath.TrimEnd('/');
    }

    public static void MapProtectedResourceMetadata(this IEndpointRouteBuilder routes)
    {
        var settings = routes.ServiceProvider.GetRequiredService<ApiSettings>();
        Map(routes, settings, settings.Resource, ScopePolicies.OfApi, "Notes");
        Map(routes, settings, settings.McpResource, ScopePolicies.OfMcp, "Notes for agents");
    }

    private static void Map(
        IEndpointRouteBuilder routes, ApiSettings settings, string resource, IReadOnlyList<string> scopes, string name)
    {
        var document = new
        {
            resource,
            authorization_servers = new[] { settings.Issuer },
            scopes_supported = scopes,
            bearer_methods_supported = BearerMethods,
            dpop_signing_alg_values_supported = ProofOfPossession.Algorithms,
            resource_name = name,
        };
        routes.MapGet(new Uri(AddressOf(new(resource))).AbsolutePath, () => Results.Json(document)).RequireCors(BrowserAccess.Everybody);
    }
}
