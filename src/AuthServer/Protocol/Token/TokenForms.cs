using AuthServer.Clients;
using AuthServer.Configuration;
using AuthServer.Keys;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace AuthServer.Protocol.Token;

/// <summary>How each kind of token is made: our refresh token, no rows for JWTs, the client's algorithm for ID tokens.</summary>
public sealed class TokenForms(ClientDirectory clients, KeyRing ring) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        switch (context.TokenType)
        {
            case TokenTypeIdentifiers.RefreshToken:
                context.Token = context.Transaction.GetProperty<string>(SessionTokens.RefreshTokenKey)
                    ?? throw new InvalidOperationException("No grant has left a refresh token.");
                context.CreateTokenEntry = false;
                context.PersistTokenPayload = false;
                break;
            case TokenTypeIdentifiers.AccessToken:
                // Access and ID tokens are never stored: the session row says whether they still count.
                context.CreateTokenEntry = false;
                context.SigningCredentials = ring.Current.Signer(RingKeys.Es256)!;
                break;
            case TokenTypeIdentifiers.IdentityToken:
                context.CreateTokenEntry = false;
                var client = await clients.FindAsync(context.ClientId!, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted);
                context.SigningCredentials = ring.Current.Signer(client!.IdTokenSignedResponseAlg)!;
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
        ArgumentNullException.ThrowIfNull(context);
        // A dot stands in every JWT and in none of the library's reference identifiers.
        return context.Principal is not null || context.Token.Contains('.', StringComparison.Ordinal) ? default : _inner.HandleAsync(context);
    }
}

/// <summary>The issuer as everybody compares it, and no private claims of the library in tokens.</summary>
public sealed class TokenClaims(IssuerOptions issuer) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.AccessTokenPrincipal?.SetClaim(ClaimNames.Private.Issuer, issuer.IssuerText);
        context.IdentityTokenPrincipal?.SetClaim(ClaimNames.Private.Issuer, issuer.IssuerText);
        // The library reads the presenter from client_id (RFC 9068 section 2.2), so nobody misses its private claim.
        context.AccessTokenPrincipal?.RemoveClaims(ClaimNames.Private.Presenter);
        context.IdentityTokenPrincipal?.RemoveClaims(ClaimNames.Private.AuthorizationId);
        return ValueTask.CompletedTask;
    }
}

/// <summary>expires_in as the life that the token was given: the library subtracts the milliseconds that have passed since.</summary>
public sealed class TokenExpiry : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
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
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Transaction.GetHttpRequest()!;
        if (!request.HasFormContentType) return;
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (Authorization.AuthorizationParameters.Repeated(form) is { } repeated)
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The parameter {repeated} stands more than once.");
        }
    }
}
