using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Data.Sql;
using Microsoft.AspNetCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Accepts client assertions as RFC 7523 describes them: <c>typ</c> absent or JWT, addressed to issuer or token endpoint.</summary>
public sealed class ClientAssertionForm(IssuerOptions issuer) : IOpenIddictServerHandler<ValidateTokenContext>
{
    /// <summary>By how much a client's clock may be behind.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private const string Typed = "client-authentication+jwt";

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Count != 1 || !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion)) return default;
        context.TokenValidationParameters!.TypeValidator = static (type, _, _) => type switch
        {
            null or "" or "JWT" or "jwt" or Typed or "application/" + Typed => Typed,
            _ => throw new SecurityTokenInvalidTypeException("The typ of a client assertion is JWT or " + Typed + ".") { InvalidType = type },
        };
        // An assertion must be short-lived and asymmetric; HMAC with a shared secret is another method (client_secret_jwt).
        context.TokenValidationParameters.ValidAlgorithms = ["RS256", "PS256", "ES256", "ES384", "ES512", "RS384", "RS512", "PS384", "PS512"];
        // Checked here and not by the library, which would answer with the error of another kind of token.
        context.TokenValidationParameters.ValidateAudience = true;
        context.TokenValidationParameters.ValidAudiences = [issuer.IssuerText, issuer.IssuerText + "/", issuer.IssuerText + ProtocolPaths.Token];
        context.DisableAudienceValidation = true;
        // The default of five minutes would accept an assertion long after it has been forgotten here.
        context.TokenValidationParameters.ClockSkew = Skew;
        return default;
    }
}

/// <summary>RFC 7523 section 3: issuer and subject are the client; what else they say is a failed sign-in of the client.</summary>
public sealed class ClientAssertionSubject : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertionPrincipal is { } assertion && assertion.GetClaim(ClaimNames.Issuer) != assertion.GetClaim(ClaimNames.Subject))
        {
            context.Reject(OAuthErrors.InvalidClient, "The iss and the sub of a client assertion are both the client_id.");
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Remembers each accepted assertion until it expires (RFC 7523 section 3, number 7): it counts once.</summary>
public sealed class ClientAssertionReplay(SqlRunner sql, TimeProvider time) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    // Of several callers at once one inserts.
    private const string InsertSql = "INSERT INTO used_assertions (id, expires_at) VALUES (@id, @until) ON CONFLICT (id) DO NOTHING";

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertionPrincipal is not { } assertion) return;
        var now = time.GetUtcNow();
        var jti = assertion.GetClaim(ClaimNames.JwtId);
        if (string.IsNullOrEmpty(jti) || assertion.GetExpirationDate() is not { } expires || expires > now + LongestLife)
        {
            context.Reject(OAuthErrors.InvalidClient, "A client assertion needs a jti and an exp at most one hour ahead.");
            return;
        }

        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.ClientId + "\0" + jti)));
        var until = expires.UtcDateTime + ClientAssertionForm.Skew;
        var inserted = await sql.ExecuteAsync(InsertSql, values => values.Add("id", id).Add("until", until), stop);
        if (inserted == 0) context.Reject(OAuthErrors.InvalidClient, "The client assertion has been used before. Sign a new one with another jti.");
    }
}
