using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Pending;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>Reads what is asked of a person who decides elsewhere, by the rules of authorization requests.</summary>
public sealed class ElsewhereIntake(TokenAudience audience, ScopeOptions scopeOptions, SecondFactorOptions secondFactor)
{
    /// <returns>Null when the request has been rejected.</returns>
    public async ValueTask<PendingContent?> ReadAsync(
        HandleDeviceAuthorizationRequestContext context, RegisteredClient client, Caller caller, CancellationToken stop)
    {
        var request = context.Request;
        var (scopes, beyond) = AuthorizationScopes.Judge(client, request.GetScopes(), scopeOptions.Unknown);
        if (beyond is not null)
        {
            context.Reject(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
            return null;
        }

        if (RequestedClaims.Parse((string?)request.GetParameter(Parameters.Claims)) is not { } claims)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The parameter claims is not what OpenID Connect Core 5.5 describes.");
            return null;
        }

        ImmutableArray<string> acr = [.. request.GetAcrValues().Where(AuthenticationContext.IsKnown)];
        if (!secondFactor.IsOn && (client.RequireSecondFactor
            || (!acr.IsEmpty && !acr.Any(one => AuthenticationContext.Satisfies(AuthenticationContext.Password, one)))))
        {
            context.Reject("unmet_authentication_requirements", "No sign-in here reaches the acr that was asked for.");
            return null;
        }

        var disclosure = Disclosure.Of(scopes, claims, client, isAdmin: true);
        var resources = request.GetResources();
        if (!resources.IsEmpty && (await audience.ResolveAsync(client, disclosure.Scopes, resources, [], stop)).Fault is { } fault)
        {
            context.Reject(OAuthErrors.InvalidTarget, fault);
            return null;
        }

        return new(
            client.ClientId, disclosure.Scopes, resources, disclosure.ClaimsText(), acr, caller.Address, caller.UserAgent);
    }
}
