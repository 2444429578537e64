using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Refuses a token request without a grant type; which ones there are is asked where the request is handed to its grant.</summary>
public sealed class GrantTypePresence : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (string.IsNullOrEmpty(context.Request.GrantType))
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The parameter {Parameters.GrantType} is missing.");
        }

        return default;
    }
}
