using System.Globalization;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.DeviceAuthorization;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Pending;
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
    ElsewhereIntake intake, PendingAuthorizations pending, PersonHints hints, CibaNotice notice, CibaThrottle throttle, AuthMeter meter)
    : IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>
{
    private const int LongestMessage = 100, LongestHint = 320;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5), LongestLife = TimeSpan.FromMinutes(10);

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

        if (FaultOf(context.Request) is var (error, description))
        {
            context.Reject(error, description);
            return;
        }

        var request = context.Request;
        var hint = request.IdTokenHint is { Length: > 0 } token ? hints.SubjectOf(token, client) : request.LoginHint!.Trim();
        if (hint is null)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The id_token_hint is no ID token that this server has issued to the client.");
            return;
        }

        if (await throttle.TakeAsync(client.ClientId, EmailKey.Of(hint)) is { } wait)
        {
            meter.RateLimited("ciba");
            ClientMustWait.Note(context.Transaction, wait);
            context.Reject(
                OAuthErrors.TemporarilyUnavailable,
                "This person was asked often enough. Try again after the seconds in Retry-After.");
            return;
        }

        if (await intake.ReadAsync(context, client, Caller.Of(http), http.RequestAborted) is not { } content) return;
        content = content with { Message = ForeignText.Clean((string?)request["binding_message"], LongestMessage) };
        var life = LifeOf(request);
        var person = await hints.FindAsync(hint, http.RequestAborted);
        var (id, secret, _) = await pending.StoreAsync(
            PendingKind.Backchannel, client.Id, content, userCodeHash: null, person?.Id, life, http.RequestAborted);
        if (secret is null)
        {
            context.Reject(OAuthErrors.InvalidClient, "The client is not known.");
            return;
        }

        // Beside the answer, whose time then tells nothing of the person.
        if (person is not null) _ = Task.Run(() => notice.TellAsync(person, id, client, content, life), CancellationToken.None);
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (secret, life), static (json, x) =>
        {
            json.WriteString("auth_req_id", x.secret);
            json.WriteNumber(Parameters.ExpiresIn, (long)x.life.TotalSeconds);
            json.WriteNumber("interval", PendingAuthorizations.FirstInterval);
        });
        context.HandleRequest();
    }

    private static (string Error, string Description)? FaultOf(OpenIddictRequest request)
    {
        // Section 7.1: exactly one hint. What a login_hint_token would be, only an agreement of both sides could say.
        if (request["login_hint_token"] is not null) return (OAuthErrors.InvalidRequest, "This server takes no login_hint_token.");
        if (string.IsNullOrWhiteSpace(request.LoginHint) == string.IsNullOrEmpty(request.IdTokenHint))
        {
            return (OAuthErrors.InvalidRequest, "Send one of login_hint and id_token_hint.");
        }
        if (request.LoginHint?.Length > LongestHint) return (OAuthErrors.InvalidRequest, "The login_hint is too long.");
        if (request["user_code"] is not null) return (OAuthErrors.InvalidRequest, "This server takes no user_code: people sign in.");
        // Section 7.1: a CIBA request is one of OpenID Connect.
        if (!request.GetScopes().Contains("openid")) return (OAuthErrors.InvalidScope, "The scope of this request has openid.");
        if ((string?)request["binding_message"] is { } message
            && (message.Length > LongestMessage || ForeignText.Clean(message, LongestMessage) != message))
        {
            return ("invalid_binding_message", $"The binding_message is a line of at most {LongestMessage} characters.");
        }
        return request["requested_expiry"] is { } expiry
            && !(int.TryParse((string?)expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
            ? (OAuthErrors.InvalidRequest, "requested_expiry is a number of seconds.")
            : null;
    }

    private static TimeSpan LifeOf(OpenIddictRequest request)
    {
        if ((string?)request["requested_expiry"] is not { } text) return Life;
        var asked = TimeSpan.FromSeconds(int.Parse(text, CultureInfo.InvariantCulture));
        return asked < LongestLife ? asked : LongestLife;
    }
}
