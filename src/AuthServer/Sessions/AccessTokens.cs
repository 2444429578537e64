using System.Collections.Frozen;
using AuthServer.Configuration;
using AuthServer.Keys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Sessions;

/// <summary>What an access token for the JSON API says once its signature is right; whether its session stands only the row knows.</summary>
public sealed record AccessToken(Guid UserId, Guid SessionId, string ClientId, FrozenSet<string> Scopes);

/// <summary>Reads access tokens that this server issued for its own JSON API (RFC 9068 section 4), without the database.</summary>
public sealed class AccessTokens(KeyRing ring, IssuerOptions issuer, TimeProvider time)
{
    // Far beyond every token of ours; nothing longer is worth parsing.
    private const int Longest = 8 * 1024;

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = Longest };

    /// <returns>Null for everything that is no valid access token of a person's session for the JSON API.</returns>
    public async ValueTask<AccessToken?> ReadAsync(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is 0 or > Longest) return null;
        var result = await handler.ValidateTokenAsync(text, Parameters());
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token) return null;

        // An app could otherwise hand the token to another API, which could then come here with it.
        if (!token.Audiences.SequenceEqual([issuer.ApiAudience], StringComparer.Ordinal)) return null;
        // Without sid it is a client's own token (client_credentials), and no person's.
        if (!Guid.TryParse(Text(token, "sub"), out var user) || !Guid.TryParse(Text(token, "sid"), out var session)) return null;
        if (Text(token, "client_id") is not { Length: > 0 } client) return null;
        var scopes = (Text(token, "scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(user, session, client, scopes.ToFrozenSet(StringComparer.Ordinal));
    }

    private TokenValidationParameters Parameters() => new()
    {
        ValidIssuer = issuer.IssuerText,
        ValidAudience = issuer.ApiAudience,
        // RFC 9068 section 4: an ID token is no access token, whatever its signature.
        ValidTypes = ["at+jwt"],
        // RFC 8725 section 3.1: one algorithm, the one that we sign access tokens with.
        ValidAlgorithms = [RingKeys.Es256],
        IssuerSigningKeys = ring.Current.Signing.Where(k => k.Algorithm == RingKeys.Es256).Select(k => k.Credentials.Key),
        TryAllIssuerSigningKeys = false,
        LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
    };

    private static string? Text(JsonWebToken token, string claim) => token.TryGetPayloadValue<string>(claim, out var text) ? text : null;
}
