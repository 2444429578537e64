using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Puts our code where OpenIddict would make one of its own.</summary>
public sealed class CodeIssue : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>The transaction property in which the authorization endpoint leaves the code that it has stored.</summary>
    public const string Key = "authplatform:code";

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType != TokenTypeIdentifiers.Private.AuthorizationCode) return default;
        context.Token = context.Transaction.GetProperty<string>(Key)
            ?? throw new InvalidOperationException("No code was left by the authorization endpoint.");
        context.CreateTokenEntry = false;
        context.PersistTokenPayload = false;
        return default;
    }
}
