using AuthServer.Configuration;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>The issuer in the authorization response (RFC 9207), letter for letter as in the discovery document.</summary>
public sealed class ResponseIssuer(IssuerOptions issuer) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    /// <summary>The parameter <c>iss</c>.</summary>
    public static KeyValuePair<string, string> Parameter(IssuerOptions issuer) => new(Parameters.Iss, issuer.IssuerText);

    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        // OpenIddict attaches the issuer as System.Uri writes it, and to no answer that stays on this server.
        if (context.Response.Iss is not null) context.Response.Iss = Parameter(issuer).Value;
        return ValueTask.CompletedTask;
    }
}
