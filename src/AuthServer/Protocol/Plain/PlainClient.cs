using AuthServer.Clients.Directory;
using AuthServer.Protocol.ClientProof;

namespace AuthServer.Protocol.Plain;

/// <summary>Lets in a client that is plain and proves itself by a secret, or that is public and has none.</summary>
public sealed class PlainClient(ClientAuthentication authentication)
{
    /// <param name="endpoint">The endpoint that the client must be registered for.</param>
    /// <returns>Null when OpenIddict's handlers are to judge: every failure, and every other method.</returns>
    public ValueTask<RegisteredClient?> AuthenticateAsync(HttpContext http, RequestForm form, string endpoint)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count > 0 && !BasicCredentials.IsBasic(header)) return default;
        var (presented, refusal) = PresentedClient.Read(header, form.Take("client_id"), form.Take("client_secret"));
        return refusal is null ? AuthenticateAsync(http, presented, endpoint) : default;
    }

    /// <inheritdoc cref="AuthenticateAsync(HttpContext, RequestForm, string)"/>
    public async ValueTask<RegisteredClient?> AuthenticateAsync(HttpContext http, PresentedClient presented, string endpoint)
    {
        var (client, _) = await authentication.AuthenticateAsync(http, presented);
        return client is { IsPlain: true } && ClientPermissions.MayCall(client, endpoint) ? client : null;
    }
}
