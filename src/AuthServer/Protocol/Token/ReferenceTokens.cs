using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthServer.Protocol.Token;

/// <summary>Leaves a token alone that has been recognised already; OpenIddict would look for a row of its own.</summary>
public sealed class ReferenceTokens(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private readonly ValidateReferenceTokenIdentifier _inner = new(tokens);

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        // A dot stands in every JWT and in none of OpenIddict's reference identifiers.
        return context.Principal is not null || context.Token.Contains('.', StringComparison.Ordinal)
            ? default
            : _inner.HandleAsync(context);
    }
}
