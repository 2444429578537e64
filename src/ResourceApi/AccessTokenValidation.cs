using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace ResourceApi;

/// <summary>Accepts access tokens of the issuer for this API and nothing else (RFC 9068 section 4).</summary>
public static class AccessTokenValidation
{
    public static void AddAccessTokenValidation(this IServiceCollection services)
    {
        // Otherwise the keys are read again in the background, and the first token of a new signing key is refused.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<ApiSettings>((options, settings) =>
        {
            // Keys and issuer come from discovery, are kept, and are read again when an unknown key appears.
            options.Authority = settings.Issuer;
            options.RequireHttpsMetadata = settings.Issuer.StartsWith("https:", StringComparison.Ordinal);
            options.RefreshInterval = TimeSpan.FromSeconds(5);
            // Claims keep the names that they have in the token.
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = settings.Issuer,
                ValidAudience = settings.Resource,
                // RFC 9068 section 4: an ID token is no access token, whatever its signature.
                ValidTypes = ["at+jwt", "application/at+jwt"],
                // No HMAC and no "none": the key of a signature is the issuer's public key.
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
                ClockSkew = TimeSpan.FromSeconds(30),
                NameClaimType = "sub",
            };
            options.Events = new JwtBearerEvents { OnMessageReceived = KeysMustBeKnownAsync, OnChallenge = Challenges.OnChallengeAsync, OnForbidden = Challenges.OnForbiddenAsync };
        });
    }

    // Without this a token would count as forged while the issuer starts.
    private static async Task KeysMustBeKnownAsync(MessageReceivedContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0) return;
        var discovery = context.Options.ConfigurationManager!;
        try
        {
            await discovery.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException cause)
        {
            discovery.RequestRefresh();
            context.Fail(new IssuerUnreachableException(cause));
        }
    }
}

/// <summary>The issuer's keys could not be read, so nothing can be said about a token.</summary>
internal sealed class IssuerUnreachableException(Exception cause) : Exception("The issuer's discovery document or keys could not be read.", cause);
