using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>
/// A client that validates tokens with a copy of JWKS, which it keeps exactly as long as the answer allows (RFC 9111 section 4.2), and
/// which never reads the keys early because a token names one that it does not know.
/// </summary>
internal sealed class RelyingParty(TimeProvider time)
{
    private IList<SecurityKey> _keys = [];
    private DateTimeOffset _freshUntil;

    public int Readings { get; private set; }

    /// <summary>Null for a valid token, otherwise what is wrong with it.</summary>
    /// <param name="server">Where the keys are read when the copy is too old.</param>
    public async Task<string?> ValidateAsync(Issuer server, string token)
    {
        if (time.GetUtcNow() >= _freshUntil) await ReadAsync(server);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = _keys,
            TryAllIssuerSigningKeys = false,
            ValidIssuer = server.Text,
            ValidateAudience = false,
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid ? null : $"{time.GetUtcNow():O} {result.Exception.GetType().Name} {new JsonWebToken(token).Kid}";
    }

    private async Task ReadAsync(Issuer server)
    {
        // Section 4.2.3: the age of an answer counts from its request.
        var asked = time.GetUtcNow();
        using var answer = await server.Http.GetAsync(new Uri("/.well-known/jwks", UriKind.Relative));
        _keys = new JsonWebKeySet(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).GetSigningKeys();
        _freshUntil = asked + answer.Headers.CacheControl!.MaxAge!.Value - (answer.Headers.Age ?? TimeSpan.Zero);
        Readings++;
    }
}
