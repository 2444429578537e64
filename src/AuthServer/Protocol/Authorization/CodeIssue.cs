using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Puts our code where OpenIddict would make one of its own, and stores it in one INSERT.</summary>
public sealed class CodeIssue(AuthorizationCodes codes) : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>The transaction property in which the authorization endpoint leaves the <see cref="CodeContent"/>.</summary>
    public const string Key = "authplatform:code";

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType != TokenTypeIdentifiers.Private.AuthorizationCode) return;
        var content = context.Transaction.GetProperty<CodeContent>(Key)
            ?? throw new InvalidOperationException("No code content was left by the authorization endpoint.");
        context.Token = await codes.StoreAsync(content, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted);
        context.CreateTokenEntry = false;
        context.PersistTokenPayload = false;
    }
}
