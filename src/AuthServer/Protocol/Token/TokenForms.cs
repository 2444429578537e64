using AuthServer.Clients.Directory;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthServer.Protocol.Token;

/// <summary>Puts our tokens where the library would make some of its own; none of them gets a row.</summary>
/// <remarks>Access and ID tokens are never stored: the session row says whether they still count.</remarks>
public sealed class TokenForms(ClientDirectory clients, TokenWriter writer) : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>Under which the token endpoint leaves the <see cref="GrantAnswer.Granted"/> for this handler.</summary>
    public const string Key = "authplatform:granted";

    private const string AccessTokenKey = "authplatform:access-token";

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is not (TokenTypeIdentifiers.RefreshToken or TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)) return;
        var granted = context.Transaction.GetProperty<GrantAnswer.Granted>(Key) ?? throw new InvalidOperationException("No grant has left what the tokens say.");
        context.CreateTokenEntry = false;
        context.PersistTokenPayload = false;
        switch (context.TokenType)
        {
            case TokenTypeIdentifiers.RefreshToken:
                context.Token = granted.RefreshToken?.Text ?? throw new InvalidOperationException("The grant has left no refresh token.");
                break;
            case TokenTypeIdentifiers.AccessToken:
                context.Token = writer.AccessToken(granted.Content);
                context.Transaction.SetProperty(AccessTokenKey, context.Token);
                break;
            case TokenTypeIdentifiers.IdentityToken:
                var client = await clients.FindAsync(context.ClientId!, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted);
                context.Token = writer.IdToken(granted.Content, client!, context.Transaction.GetProperty<string>(AccessTokenKey)!);
                break;
        }
    }
}

/// <summary>Leaves a token alone that has been recognised already; the library would look for a row of its own.</summary>
public sealed class ReferenceTokens(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private readonly ValidateReferenceTokenIdentifier _inner = new(tokens);

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        // A dot stands in every JWT and in none of the library's reference identifiers.
        return context.Principal is not null || context.Token.Contains('.', StringComparison.Ordinal) ? default : _inner.HandleAsync(context);
    }
}

/// <summary>expires_in as the life that the token was given: the library subtracts the milliseconds that have passed since.</summary>
public sealed class TokenExpiry : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.Response.ExpiresIn is not null &&
            context.AccessTokenPrincipal is { } token && token.GetExpirationDate() - token.GetCreationDate() is { } life)
        {
            context.Response.ExpiresIn = (long)life.TotalSeconds;
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>RFC 6749 section 3.2: no parameter twice.</summary>
public sealed class RepeatedParameters<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseValidatingContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        var request = context.Transaction.GetHttpRequest()!;
        if (!request.HasFormContentType) return;
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (Authorization.AuthorizationParameters.Repeated(form) is { } repeated)
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The parameter {repeated} stands more than once.");
        }
    }
}
