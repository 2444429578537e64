using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Pending;
using AuthServer.Protocol.RequestObjects;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using AuthServer.Users.EmailAddresses;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Ciba;

/// <summary>The backchannel authentication endpoint (CIBA Core 1.0 section 7): a client names a person, who is told and decides.</summary>
/// <remarks>
/// A person who is not known is answered for like one who never decides: <c>unknown_user_id</c> (section 13) would tell every client whose
/// addresses have accounts.
/// </remarks>
public sealed class CibaEndpoint(
    ElsewhereIntake intake, PendingAuthorizations pending, PersonHints hints, RequestObjectReader objects,
    NotificationSealing notifications, CibaNotice notice, CibaThrottle throttle, AuthMeter meter)
    : IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(HandleDeviceAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (!http.Request.Path.Equals(ProtocolPaths.Ciba, StringComparison.Ordinal)) return;
        var client = ClientAuthenticationHandler.ClientOf(context.Transaction);
        if (!ClientPermissions.MayUse(client, GrantNames.Ciba))
        {
            context.Reject(OAuthErrors.UnauthorizedClient, ClientPermissions.GrantFault);
            return;
        }

        var stop = http.RequestAborted;
        if ((await CibaRequest.OpenAsync(context, client, objects, stop) ?? CibaRequest.FaultOf(context.Request, client)) is { } fault)
        {
            context.Reject(fault.Error, fault.Description);
            return;
        }

        var request = context.Request;
        var hint = request.IdTokenHint is { Length: > 0 } token ? hints.Read(token, client) : new PersonHint(request.LoginHint!.Trim());
        if (hint is null)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The id_token_hint is no ID token that this server has issued to the client.");
            return;
        }

        if (await throttle.TakeAsync(client.ClientId, EmailKey.Of(hint.Text)) is { } wait)
        {
            meter.RateLimited("ciba");
            ClientMustWait.Note(context.Transaction, wait);
            context.Reject(
                OAuthErrors.TemporarilyUnavailable,
                "This person was asked often enough. Try again after the seconds in Retry-After.");
            return;
        }

        if (await intake.ReadAsync(context, client, Caller.Of(http), stop) is not { } asked) return;
        var key = pending.NewKey();
        var content = asked with { Message = CibaRequest.Message(request), Notification = NotificationOf(request, client, key) };
        var life = CibaRequest.LifeOf(request);
        var person = await hints.FindAsync(hint, client, stop);
        if (await pending.StoreAsync(key, PendingKind.Backchannel, client.Id, content, userCodeHash: null, person?.Id, life, stop)
            != PendingStored.Done)
        {
            context.Reject(OAuthErrors.InvalidClient, "The client is not known.");
            return;
        }

        // Beside the answer, whose time then tells nothing of the person.
        if (person is not null) _ = Task.Run(() => notice.TellAsync(person, key.Id, client, content, life), CancellationToken.None);
        var isPushed = client.Ciba.Delivery == CibaDelivery.Push;
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (key.Secret, life, isPushed), static (json, x) =>
        {
            json.WriteString("auth_req_id", x.Secret);
            json.WriteNumber(Parameters.ExpiresIn, (long)x.life.TotalSeconds);
            // Section 7.3: of no meaning to a client that does not ask.
            if (!x.isPushed) json.WriteNumber("interval", PendingAuthorizations.FirstInterval);
        });
        context.HandleRequest();
    }

    private PendingNotification? NotificationOf(OpenIddictRequest request, RegisteredClient client, PendingKey key) =>
        client.Ciba is { Delivery: not CibaDelivery.Poll, NotificationEndpoint: { } address } ciba
            && CibaRequest.NotificationToken(request) is { } token
            ? new(ciba.Delivery, address, notifications.Seal(new(key.Id, key.Secret, token)))
            : null;
}
