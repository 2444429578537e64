namespace ResourceApi;

/// <summary>Says which authorization server and scopes this API uses (RFC 9728).</summary>
public static class ProtectedResourceMetadata
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    private static readonly string[] BearerMethods = ["header"];

    /// <summary>RFC 9728 section 3.1: the well-known part stands between the host and the path of the resource.</summary>
    public static string AddressOf(ApiSettings settings)
    {
        var resource = new Uri(settings.Resource);
        return resource.GetLeftPart(UriPartial.Authority) + WellKnown + resource.AbsolutePath.TrimEnd('/');
    }

    public static void MapProtectedResourceMetadata(this IEndpointRouteBuilder routes)
    {
        var path = new Uri(AddressOf(routes.ServiceProvider.GetRequiredService<ApiSettings>())).AbsolutePath;
        routes.MapGet(path, (ApiSettings settings) => Results.Json(new
        {
            resource = settings.Resource,
            authorization_servers = new[] { settings.Issuer },
            scopes_supported = ScopePolicies.All,
            bearer_methods_supported = BearerMethods,
            dpop_signing_alg_values_supported = ProofOfPossession.Algorithms,
            resource_name = "Notes",
        })).RequireCors(BrowserAccess.Everybody);
    }
}
