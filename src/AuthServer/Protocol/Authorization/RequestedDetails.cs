using AuthServer.Protocol.Details;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Judges <c>authorization_details</c> of a request (RFC 9396 section 5) whose client is known to be allowed to ask.</summary>
public sealed class RequestedDetails(AuthorizationDetails rules)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    private const string Key = "authplatform:authorization-details";

    /// <summary>Canonical details of a request that this handler has let pass; null where there are none.</summary>
    public static string? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<string>(Key);

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => Judge(context, context.Request);

    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context) => Judge(context, context.Request);

    private ValueTask Judge(BaseValidatingContext context, OpenIddictRequest request)
    {
        var text = (string?)request[AuthorizationDetails.Parameter];
        var (details, fault) = rules.Read(AuthorizationPermissions.ClientOf(context.Transaction), text);
        if (fault is not null) context.Reject(AuthorizationDetails.Error, fault);
        else if (details is not null) context.Transaction.SetProperty(Key, details);
        return default;
    }
}
