using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>One grant type of the token endpoint (RFC 6749 section 4).</summary>
public interface ITokenGrant
{
    string GrantType { get; }

    /// <summary>Signs the context in with the claims of the tokens, or rejects it with an error of RFC 6749 section 5.2.</summary>
    ValueTask HandleAsync(HandleTokenRequestContext context);
}
