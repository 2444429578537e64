using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Pending;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using AuthServer.Ui;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>The device authorization endpoint (RFC 8628 section 3.1): a device code to poll with, and a user code for a person.</summary>
public sealed class DeviceAuthorizationEndpoint(
    PendingAuthorizations pending, UserCodes codes, ElsewhereIntake intake, DeviceCodeThrottle throttle, IssuerOptions issuer,
    AuthMeter meter)
    : IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>
{
    /// <summary>As long as a person needs to find a computer and sign in there.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // Of 20^8 codes one is another device's: that it happens several times does not happen.
    private const int MostTries = 5;

    public async ValueTask HandleAsync(HandleDeviceAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (!http.Request.Path.Equals(ProtocolPaths.DeviceAuthorization, StringComparison.Ordinal)) return;
        var client = ClientAuthenticationHandler.ClientOf(context.Transaction);
        var caller = Caller.Of(http);
        if (!ClientPermissions.MayUse(client, GrantTypes.DeviceCode))
        {
            context.Reject(OAuthErrors.UnauthorizedClient, ClientPermissions.GrantFault);
            return;
        }

        // Anybody can ask in the name of a public client, and each request is a row.
        if (await throttle.TakeAsync(caller.Address) is { } wait)
        {
            meter.RateLimited("device_requests");
            ClientMustWait.Note(context.Transaction, wait);
            context.Reject(
                OAuthErrors.TemporarilyUnavailable,
                "Too many devices ask from this address. Try again after the seconds in Retry-After.");
            return;
        }

        if (await intake.ReadAsync(context, client, caller, http.RequestAborted) is not { } content) return;
        // Anybody can name a document, and the request would be the first row of its client.
        var rows = client.IsKept ? null : http.RequestServices.GetRequiredService<DocumentRows>();
        if (rows is not null && !await rows.AskAsync(client, http.RequestAborted))
        {
            context.Reject(
                OAuthErrors.TemporarilyUnavailable,
                "Too many apps that nobody has used here ask at the moment. Sign in with this one in a browser, or try again in an hour.");
            return;
        }

        for (var i = 0; i < MostTries; i++)
        {
            var code = UserCodes.New();
            var key = pending.NewKey();
            switch (await pending.StoreAsync(
                key, PendingKind.Device, client.Id, content, codes.Hash(code), userId: null, Life, http.RequestAborted))
            {
                // Its row made room for another one in this very moment.
                case PendingStored.ClientIsGone when rows is not null && await rows.AskAsync(client, http.RequestAborted):
                    continue;
                case PendingStored.ClientIsGone:
                    context.Reject(OAuthErrors.InvalidClient, "The client is not known.");
                    return;
                case PendingStored.Done:
                    await WriteAsync(http, key.Secret, UserCodes.Shown(code));
                    context.HandleRequest();
                    return;
            }
        }

        throw new InvalidOperationException("No user code is free.");
    }

    private ValueTask WriteAsync(HttpContext http, string deviceCode, string userCode)
    {
        var page = issuer.IssuerText + PagePaths.Device;
        return JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (deviceCode, userCode, page), static (json, x) =>
        {
            json.WriteString(Parameters.DeviceCode, x.deviceCode);
            json.WriteString(Parameters.UserCode, x.userCode);
            json.WriteString("verification_uri", x.page);
            json.WriteString("verification_uri_complete", $"{x.page}?{Parameters.UserCode}={x.userCode}");
            json.WriteNumber(Parameters.ExpiresIn, (long)Life.TotalSeconds);
            json.WriteNumber("interval", PendingAuthorizations.FirstInterval);
        });
    }
}
