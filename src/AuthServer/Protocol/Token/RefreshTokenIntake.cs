using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Recognises a refresh token at introspection and revocation by its form and MAC; nothing is rotated here.</summary>
/// <remarks>These endpoints offer every token to every type, so the form tells it from a JWT.</remarks>
public sealed class RefreshTokenIntake(RefreshTokens tokens) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public const string Key = "authplatform:presented-refresh-token";

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (PresentedToken.MayBe(TokenTypeIdentifiers.RefreshToken, context)
            && RefreshTokens.HasForm(context.Token) && tokens.Read(context.Token) is { } token)
        {
            context.Transaction.SetProperty(Key, token);
            context.Principal = TokenPrincipal.Thin(TokenTypeIdentifiers.RefreshToken, presenter: null);
        }

        return default;
    }
}
