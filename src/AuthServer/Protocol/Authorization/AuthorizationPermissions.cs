using AuthServer.Clients.Directory;
using AuthServer.Clients.Profiles;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Asks what the client is registered for, on the long way; the rules are those of the plain way.</summary>
public sealed class AuthorizationPermissions(ClientDirectory clients)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    private const string Key = "authplatform:authorization-client";

    /// <summary>The client that this handler has let pass: the request is decided by one state of its registration.</summary>
    public static RegisteredClient ClientOf(OpenIddictServerTransaction transaction) =>
        transaction.GetProperty<RegisteredClient>(Key) ?? throw new InvalidOperationException("No client was let pass.");

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => JudgeAsync(context, context.Request);

    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context) => JudgeAsync(context, context.Request);

    private async ValueTask JudgeAsync(BaseValidatingContext context, OpenIddictRequest request)
    {
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        // OpenIddict has looked the client up; it may be gone since.
        if (await clients.FindAsync(request.ClientId!, stop) is not { } client)
        {
            context.Reject(OAuthErrors.InvalidClient, "The client_id is not known.");
        }
        else if (ClientPermissions.FaultAtAuthorization(client, request.ResponseType) is { } fault)
        {
            context.Reject(OAuthErrors.UnauthorizedClient, fault);
        }
        else if (CodeChallenge.IsMissing(client, request.CodeChallenge))
        {
            context.Reject(OAuthErrors.InvalidRequest, "This client must send a code_challenge (RFC 7636).");
        }
        else if (ProfileRequests.FaultOf(client.Profile, request.RedirectUri, request.ResponseMode) is { } unfit)
        {
            context.Reject(OAuthErrors.InvalidRequest, unfit);
        }
        else context.Transaction.SetProperty(Key, client);
    }
}
