using System.Buffers;
using System.Globalization;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.RequestObjects;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Ciba;

/// <summary>What is wrong with a request: an error of CIBA Core 13 with its words.</summary>
public sealed record CibaFault(string Error, string Description);

/// <summary>The parameters of an authentication request (CIBA Core 1.0 section 7.1), and their rules.</summary>
internal static class CibaRequest
{
    public const int LongestMessage = 100;

    private const int LongestHint = 320, LongestNotificationToken = 1024;
    private const string NotificationTokenName = "client_notification_token", MessageName = "binding_message";
    private const string ExpiryName = "requested_expiry";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5), LongestLife = TimeSpan.FromMinutes(10);

    // Section 7.1.1: beside the signed request stands what authenticates the client, and nothing else.
    private static readonly string[] BesideObject =
        [Parameters.Request, Parameters.ClientId, Parameters.ClientSecret, Parameters.ClientAssertion, Parameters.ClientAssertionType];

    // RFC 6750 section 2.1; '=' stands at the end alone.
    private static readonly SearchValues<char> BearerLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");

    /// <summary>Takes a signed request for what it says (section 7.1.1).</summary>
    public static async ValueTask<CibaFault?> OpenAsync(
        HandleDeviceAuthorizationRequestContext context, RegisteredClient client, RequestObjectReader objects, CancellationToken stop)
    {
        var request = context.Request;
        if (request[Parameters.RequestUri] is not null) return Invalid("This endpoint takes no request_uri: send the request itself.");
        if (request.Request is not { Length: > 0 } text)
        {
            // A client that must sign its requests (FAPI-CIBA section 5.2.2) signs those of this endpoint too.
            return client is { Ciba.RequestSigningAlg: null, Requests.MustBeSigned: false } ? null
                : Invalid("This client signs its requests, as it is registered: send a request object in request.");
        }

        if (request.GetParameters().FirstOrDefault(p => !BesideObject.Contains(p.Key, StringComparer.Ordinal)).Key is { } other)
        {
            return Invalid($"The parameter {ForeignText.Clean(other, 50)} stands beside the signed request, and not in it.");
        }

        var read = await objects.ReadAsync(client, text, stop, RequestObjectUse.Backchannel);
        if (read.Parameters is not { } parameters) return Invalid(read.Fault ?? "The request object cannot be read.");
        context.Transaction.Request = new OpenIddictRequest(
            parameters.Select(p => new KeyValuePair<string, StringValues>(p.Key, p.Value))) { ClientId = client.ClientId };
        return null;
    }

    public static CibaFault? FaultOf(OpenIddictRequest request, RegisteredClient client)
    {
        // Section 7.1: exactly one hint. What a login_hint_token would be, only an agreement of both sides could say.
        if (request["login_hint_token"] is not null) return Invalid("This server takes no login_hint_token.");
        if (string.IsNullOrWhiteSpace(request.LoginHint) == string.IsNullOrEmpty(request.IdTokenHint))
        {
            return Invalid("Send one of login_hint and id_token_hint.");
        }
        if (request.LoginHint?.Length > LongestHint) return Invalid("The login_hint is too long.");
        if (request["user_code"] is not null) return Invalid("This server takes no user_code: people sign in.");
        // Section 7.1: a CIBA request is one of OpenID Connect.
        if (!request.GetScopes().Contains("openid")) return new(OAuthErrors.InvalidScope, "The scope of this request has openid.");
        if ((string?)request[MessageName] is { } message
            && (message.Length > LongestMessage || ForeignText.Clean(message, LongestMessage) != message))
        {
            return new("invalid_binding_message", $"The binding_message is a line of at most {LongestMessage} characters.");
        }
        if (request[ExpiryName] is { } expiry
            && !(int.TryParse((string?)expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0))
        {
            return Invalid("requested_expiry is a number of seconds.");
        }

        return client.Ciba.Delivery == CibaDelivery.Poll || IsBearer(NotificationToken(request)) ? null : Invalid(
            $"This client is registered to be called back: send a {NotificationTokenName} of at most {LongestNotificationToken} characters "
                + "by RFC 6750 section 2.1.");
    }

    public static string? Message(OpenIddictRequest request) => ForeignText.Clean((string?)request[MessageName], LongestMessage);

    public static string? NotificationToken(OpenIddictRequest request) => (string?)request[NotificationTokenName];

    public static TimeSpan LifeOf(OpenIddictRequest request)
    {
        if ((string?)request[ExpiryName] is not { } text) return Life;
        var asked = TimeSpan.FromSeconds(int.Parse(text, CultureInfo.InvariantCulture));
        return asked < LongestLife ? asked : LongestLife;
    }

    private static bool IsBearer(string? token) => token is { Length: > 0 and <= LongestNotificationToken }
        && token.TrimEnd('=') is { Length: > 0 } letters && !letters.AsSpan().ContainsAnyExcept(BearerLetters);

    private static CibaFault Invalid(string description) => new(OAuthErrors.InvalidRequest, description);
}
