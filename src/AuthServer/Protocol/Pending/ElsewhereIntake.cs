using System.Globalization;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;
using AuthServer.Sessions;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Pending;

/// <summary>Reads what is asked of a person who decides elsewhere, by the rules of authorization requests.</summary>
public sealed class ElsewhereIntake(
    TokenAudience audience, ClientSectors sectors, ScopeOptions scopeOptions, SecondFactorOptions secondFactor, PasskeyRules passkeys)
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

        // RFC 9396 section 5: what no page here shows the person cannot allow, and the app must not believe that they did.
        if (request[AuthorizationDetails.Parameter] is { } details && !OpenIddictParameter.IsNullOrEmpty(details))
        {
            context.Reject(AuthorizationDetails.Error, "Authorization details are for requests of the authorization endpoint.");
            return null;
        }

        var maxAge = (int?)client.DefaultMaxAge?.TotalSeconds;
        if ((string?)request[Parameters.MaxAge] is { Length: > 0 } age)
        {
            maxAge = int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : -1;
        }

        if (maxAge < 0)
        {
            context.Reject(OAuthErrors.InvalidRequest, "max_age is a number of seconds.");
            return null;
        }

        if (!await IsOfItsSectorAsync(client, stop))
        {
            context.Reject(OAuthErrors.InvalidRequest, "The sector_identifier_uri of the client does not name every address of it.");
            return null;
        }

        var disclosure = Disclosure.Of(scopes, claims, client, isAdmin: true);
        var resources = request.GetResources();
        if (!resources.IsEmpty && (await audience.ResolveAsync(client, disclosure.Scopes, resources, [], stop)).Fault is { } fault)
        {
            context.Reject(OAuthErrors.InvalidTarget, fault);
            return null;
        }

        var content = new PendingContent(
            client.ClientId, disclosure.Scopes, resources, disclosure.ClaimsText(),
            [.. request.GetAcrValues().Where(AuthenticationContext.IsKnown)], caller.Address, caller.UserAgent)
        {
            MaxAge = maxAge,
            Subject = claims.Subject,
            EssentialAcr = claims.EssentialAcr,
        };
        if (AuthorizationRequirements.CanBeReached(content.FactsFor(client, secondFactor, passkeys))) return content;
        context.Reject(AuthorizationRequirements.Unreachable.Error, AuthorizationRequirements.Unreachable.Description);
        return null;
    }

    // Nothing goes to a redirect address here that could be compared, so the whole registration has to be of the sector.
    private async ValueTask<bool> IsOfItsSectorAsync(RegisteredClient client, CancellationToken stop)
    {
        if (client.Sector is null) return true;
        if (client.Tokens.SectorIdentifierUri is null)
        {
            // The host of redirect addresses, to which nothing is sent here: an app that names itself shows by its keys that it is its own.
            return !client.IsSelfRegistered || client.Publisher is not null
                || (client.TokenEndpointAuthMethod == ClientAuthMethods.PrivateKeyJwt && client.JwksUri?.Host == client.Sector);
        }

        // The operator who has registered it has named its sector; it has no address of which the document could tell.
        if (client is { RedirectUris.IsEmpty: true, JwksUri: null, Ciba.NotificationEndpoint: null }) return !client.IsSelfRegistered;
        return await sectors.HasAllAsync(client, stop);
    }
}
