using AuthServer.Clients.Directory;
using AuthServer.Protocol.Claims;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Turns a posted authorization request into a GET (303), so that the session cookie comes along.</summary>
/// <remarks>
/// OpenID Connect Core 3.1.2.1 wants POST supported. The cookie is SameSite=Lax: a form post from another site carries none,
/// the GET that follows does.
/// </remarks>
public sealed class PostedAuthorizationRequest : IOpenIddictServerHandler<ExtractAuthorizationRequestContext>
{
    private const int LongestQuery = 16 * 1024;

    public async ValueTask HandleAsync(ExtractAuthorizationRequestContext context)
    {
        var request = context.Transaction.GetHttpRequest()!;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType) return;
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var query = QueryString.Create(form.Where(p => p.Key != Interactions.Parameter)).ToUriComponent();
        if (query.Length > LongestQuery)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The authorization request is too long.");
            return;
        }

        request.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        request.HttpContext.Response.Headers.Location = request.Path + query;
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        context.HandleRequest();
    }
}

/// <summary>Refuses scopes that the client is not registered for, but for offline_access, which is left out (OpenID Connect Core 11).</summary>
public sealed class AuthorizationScopes(ClientDirectory clients) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (context.Request.ClientId is not { Length: > 0 } clientId) return;
        var client = await clients.FindAsync(clientId, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted);
        if (client is null) return;
        if (!client.MayUseOfflineAccess && context.Request.HasScope(Scopes.OfflineAccess))
        {
            context.Request.Scope = string.Join(' ', context.Request.GetScopes().Remove(Scopes.OfflineAccess));
        }

        if (context.Request.GetScopes().Except(client.Scopes).FirstOrDefault() is { } beyond)
        {
            context.Reject(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
        }
    }
}

/// <summary>Refuses what the library lets pass; runs once the redirect URI is known to be registered, so errors go there.</summary>
public sealed class AuthorizationParameters : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        var query = context.Transaction.GetHttpRequest()!.Query;
        if (Repeated(query) is { } repeated)
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The parameter {repeated} stands more than once.");
        }
        else if (RequestedClaims.Parse(query[Parameters.Claims]) is null)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The claims parameter is not the JSON object that OpenID Connect Core 5.5 describes.");
        }
        else if (query.TryGetValue(Parameters.MaxAge, out var maxAge) && !(int.TryParse(maxAge, out var seconds) && seconds >= 0))
        {
            context.Reject(OAuthErrors.InvalidRequest, "max_age is a number of seconds, 0 or more.");
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>RFC 6749 section 3.1: no parameter twice; RFC 8707 section 2 lets <c>resource</c> stand several times.</summary>
    public static string? Repeated(IEnumerable<KeyValuePair<string, StringValues>> parameters) =>
        parameters.FirstOrDefault(p => p.Value.Count > 1 && p.Key != Parameters.Resource).Key;
}
