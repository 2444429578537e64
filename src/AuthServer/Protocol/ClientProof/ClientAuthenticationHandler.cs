using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Errors;
using AuthServer.Telemetry;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.ClientProof;

/// <summary>
/// Authenticates the client of a token, introspection, revocation or pushed authorization request before anything about a token in it is
/// looked up.
/// </summary>
/// <remarks>Otherwise a client without the right to introspect would learn from the kind of refusal whether a token lives.</remarks>
public sealed class ClientAuthenticationHandler(
    ClientAuthentication authentication, ClientRequestLimit limit, Refusals refusals, AuthMeter meter)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    private const string Key = "authplatform:client";

    /// <summary>The client that this handler has let in.</summary>
    public static RegisteredClient ClientOf(OpenIddictServerTransaction transaction) =>
        transaction.GetProperty<RegisteredClient>(Key) ?? throw new InvalidOperationException("No client has authenticated.");

    public ValueTask HandleAsync(ProcessAuthenticationContext context) =>
        EndpointOf(context.EndpointType) is { } endpoint ? AuthenticateAsync(context, context.Request!, endpoint) : default;

    /// <summary>Before anything that was pushed is judged, because the answers tell of the client's registration.</summary>
    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context) =>
        AuthenticateAsync(context, context.Request, ClientPermissions.PushedAuthorization);

    private async ValueTask AuthenticateAsync(BaseValidatingContext context, OpenIddictRequest request, string endpoint)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var (presented, refusal) = PresentedClient.Read(
            http.Request.Headers.Authorization, request.ClientId, request.ClientSecret, request.ClientAssertion,
            request.ClientAssertionType);
        if (refusal is not null)
        {
            context.Reject(refusal.Error, refusal.Description);
            return;
        }

        (var client, refusal) = await authentication.AuthenticateAsync(http, presented);
        if (client is null)
        {
            await authentication.CountFailureAsync(http, presented, refusal!);
            Refuse(context, http, refusal!);
            return;
        }

        request.ClientId = client.ClientId;
        context.Transaction.SetProperty(Key, client);
        if (ClientPermissions.FaultAt(client, endpoint) is { } fault)
        {
            context.Reject(OAuthErrors.UnauthorizedClient, client.IsWithdrawn ? ClientPermissions.WithdrawnFault : fault);
        }
        else if (await limit.TakeAsync(client) is { } wait)
        {
            Refuse(
                context, http, new(
                    OAuthErrors.TemporarilyUnavailable, "This client sends too many requests. Try again after the seconds in Retry-After.",
                    wait));
        }
    }

    private void Refuse(BaseValidatingContext context, HttpContext http, ClientRefusal refusal)
    {
        if (refusal.Wait is { } wait)
        {
            meter.RateLimited("client");
            refusals.Record(RefusalKinds.ClientTooFast, Caller.Of(http));
            ClientMustWait.Note(context.Transaction, wait);
        }

        context.Reject(refusal.Error, refusal.Description);
    }

    private static string? EndpointOf(OpenIddictServerEndpointType endpoint) => endpoint switch
    {
        OpenIddictServerEndpointType.Token => ClientPermissions.Token,
        OpenIddictServerEndpointType.Introspection => ClientPermissions.Introspection,
        OpenIddictServerEndpointType.Revocation => ClientPermissions.Revocation,
        OpenIddictServerEndpointType.DeviceAuthorization => ClientPermissions.DeviceAuthorization,
        _ => null,
    };
}
