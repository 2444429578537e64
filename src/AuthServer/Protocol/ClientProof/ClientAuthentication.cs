using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.RateLimits;

namespace AuthServer.Protocol.ClientProof;

/// <summary>Decides whether a client is who it says it is (RFC 6749 section 2.3), at every endpoint where clients authenticate.</summary>
public sealed class ClientAuthentication(ClientDirectory clients, CertificateProof certificates, ClientAuthenticationThrottle throttle)
{
    // One text for an unknown client and a wrong secret: a guesser learns nothing from it.
    private static readonly ClientRefusal Unknown = ClientRefusal.InvalidClient("The client is not known, or its secret is wrong.");

    /// <returns>The client, or why it is refused. Failures are not counted here: the plain way asks and declines, and OpenIddict's handler
    /// asks again.</returns>
    public async ValueTask<(RegisteredClient? Client, ClientRefusal? Refusal)> AuthenticateAsync(
        HttpContext http, PresentedClient presented)
    {
        var clientId = presented.ClientId ?? ClientAssertion.SubjectOf(presented.Proof);
        if (clientId is null || await clients.FindAsync(clientId, http.RequestAborted) is not { } client) return (null, Unknown);
        // Such a client sends its client_id and nothing else in the request (RFC 8705 section 2).
        if (ClientAuthMethods.UsesCertificate(client.TokenEndpointAuthMethod) && presented.Method == ClientAuthMethods.None)
        {
            return await ShowAsync(http, client);
        }
        if (!Admits(client, presented.Method)) return (null, ClientRefusal.InvalidClient(Expected(client)));
        return presented.Method switch
        {
            ClientAuthMethods.None => (client, null),
            ClientAuthMethods.PrivateKeyJwt => await AssertAsync(http, client, presented.Proof!),
            _ => await CompareAsync(http, client, presented.Proof!),
        };
    }

    /// <summary>Counts a failure that <see cref="AuthenticateAsync"/> told; only a wrong secret can be guessed.</summary>
    public async ValueTask CountFailureAsync(HttpContext http, PresentedClient presented, ClientRefusal refusal)
    {
        if (refusal != Unknown || presented.ClientId is not { } clientId || !ClientAuthMethods.UsesSecret(presented.Method)) return;
        if (await clients.FindAsync(clientId, http.RequestAborted) is null) return;
        await throttle.FailedAsync(clientId, http.Connection.RemoteIpAddress);
    }

    // RFC 7591 section 2: the registered method is the client's. Where none was registered, each way to prove a secret or a key does.
    private static bool Admits(RegisteredClient client, string method) => client switch
    {
        { IsPublic: true } => method == ClientAuthMethods.None,
        _ when method == ClientAuthMethods.None => false,
        { TokenEndpointAuthMethod: { } registered } => method == registered,
        _ => ClientAuthMethods.UsesSecret(method) || client.HasKeys,
    };

    private static string Expected(RegisteredClient client) => client.IsPublic
        ? "This client is public: it has no secret and no key to authenticate with."
        : "This client authenticates by "
            + $"{client.TokenEndpointAuthMethod ?? "client_secret_basic or client_secret_post"}, as it is registered.";

    private async ValueTask<(RegisteredClient?, ClientRefusal?)> CompareAsync(HttpContext http, RegisteredClient client, string secret)
    {
        // RFC 6749 section 2.3.1: protected against guessing, by client and address, so that the right client elsewhere is not shut out.
        var attempt = throttle.Of(client.ClientId, http.Connection.RemoteIpAddress);
        if (await attempt.WaitAsync() is { } wait)
        {
            return (
                null, new(
                    OAuthErrors.TemporarilyUnavailable,
                    "Too many wrong secrets came from this address. Try again after the seconds in Retry-After.", wait));
        }

        if (await clients.AuthenticateAsync(client.ClientId, secret, http.RequestAborted) is not { } proved) return (null, Unknown);
        await attempt.SucceededAsync();
        return (proved, null);
    }

    private static async ValueTask<(RegisteredClient?, ClientRefusal?)> AssertAsync(
        HttpContext http, RegisteredClient client, string assertion)
    {
        var fault = await http.RequestServices.GetRequiredService<ClientAssertion>()
            .FindFaultAsync(client, assertion, http.Request.Path, http.RequestAborted);
        return fault is null ? (client, null) : (null, ClientRefusal.InvalidClient(fault));
    }

    private async ValueTask<(RegisteredClient?, ClientRefusal?)> ShowAsync(HttpContext http, RegisteredClient client)
    {
        var fault = await certificates.FindFaultAsync(client, http.Connection.ClientCertificate, http.RequestAborted);
        return fault is null ? (client, null) : (null, ClientRefusal.InvalidClient(fault));
    }
}
