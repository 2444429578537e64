using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Discovery;

/// <summary>Names the methods (RFC 8705 section 2) and the endpoints (section 5) of clients that show a certificate.</summary>
public sealed class MtlsAliases(MtlsOptions mtls, IssuerOptions issuer) : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    // Those that apps call. Browsers go to the others, and would ask people to choose a certificate.
    private static readonly string[] Endpoints =
    [
        "token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint", "pushed_authorization_request_endpoint",
        "device_authorization_endpoint", "backchannel_authentication_endpoint",
    ];

    private static readonly string[] AuthenticatedEndpoints = ["token_endpoint", "revocation_endpoint", "introspection_endpoint"];

    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        if (mtls.BaseUrl is not { } address || context.Response.Error is not null) return default;
        foreach (var endpoint in AuthenticatedEndpoints) AddMethods(context, $"{endpoint}_auth_methods_supported");
        context.Response["tls_client_certificate_bound_access_tokens"] = true;
        var origin = address.GetLeftPart(UriPartial.Authority);
        // At one address for all, every endpoint asks.
        if (origin == issuer.Origin) return default;
        var aliases = new JsonObject();
        foreach (var name in Endpoints)
        {
            if ((string?)context.Response[name] is { } endpoint && endpoint.StartsWith(issuer.Origin, StringComparison.Ordinal))
            {
                aliases[name] = origin + endpoint[issuer.Origin.Length..];
            }
        }

        context.Response["mtls_endpoint_aliases"] = aliases;
        return default;
    }

    private void AddMethods(ApplyConfigurationResponseContext context, string name)
    {
        if ((ImmutableArray<string?>?)context.Response[name] is not { } methods) return;
        methods = methods.Add(ClientAuthMethods.SelfSignedTls);
        context.Response[name] = mtls.Offers(ClientAuthMethods.Tls) ? methods.Add(ClientAuthMethods.Tls) : methods;
    }
}
