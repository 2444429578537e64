using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ResourceApi;

/// <summary>Accepts access tokens of the issuer for this API and nothing else (RFC 9068 section 4).</summary>
public static class AccessTokenValidation
{
    public static void AddAccessTokenValidation(this IServiceCollection services)
    {
        // Otherwise the keys are read again in the background, and the first token of a new signing key is refused.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        services.AddSingleton<KeyFreshness>();
        services.AddSingleton<ProofOfPossession>().AddSingleton<DPoPProofs>().AddSingleton<ProofNonces>();
        services.AddSingleton<IUsedProofs>(provider => provider.GetRequiredService<ApiSettings>().Redis is { } redis
            ? new SharedProofs(redis) : new OwnProofs(provider.GetRequiredService<TimeProvider>()));
        TokenStanding.Add(services);
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<ApiSettings>((options, settings) =>
        {
            // Keys and issuer come from discovery and are cached; KeyFreshness says when they are read again.
            options.Authority = settings.Issuer;
            options.RequireHttpsMetadata = settings.Issuer.StartsWith("https:", StringComparison.Ordinal);
            options.RefreshInterval = TimeSpan.FromSeconds(5);
            // A request waits for the keys; an issuer that hangs must not hold it for long.
            options.BackchannelTimeout = TimeSpan.FromSeconds(5);
            // Claims keep the names that they have in the token.
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = settings.Issuer,
                // Each endpoint takes its own alone: OnTokenValidatedAsync.
                ValidAudiences = [settings.Resource, settings.McpResource],
                // RFC 9068 section 4: an ID token is no access token, whatever its signature.
                ValidTypes = ["at+jwt", "application/at+jwt"],
                // No HMAC and no "none": the key of a signature is the issuer's public key.
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
                ClockSkew = TimeSpan.FromSeconds(30),
                NameClaimType = "sub",
            };
            options.Events = new JwtBearerEvents
            {
                OnMessageReceived = KeysMustBeKnownAsync,
                OnTokenValidated = OnTokenValidatedAsync,
                OnChallenge = Challenges.OnChallengeAsync,
                OnForbidden = Challenges.OnForbiddenAsync,
            };
        });
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).PostConfigure(options =>
        {
            // The default accepts a signature of the former keys for another hour, also of one that the issuer has revoked.
            if (options.ConfigurationManager is BaseConfigurationManager keys) keys.UseLastKnownGoodConfiguration = false;
        });
    }

    private static async Task OnTokenValidatedAsync(TokenValidatedContext context)
    {
        if (!context.Principal!.HasClaim("aud", ProtectedResource.Of(context.HttpContext).Identifier))
        {
            context.Fail("The token is for another resource of this API.");
            return;
        }

        await ProofOfPossession.OnTokenValidatedAsync(context);
        var services = context.HttpContext.RequestServices;
        if (context.Result is not null || services.GetRequiredService<ApiSettings>().IntrospectionClient is null) return;
        var stop = context.HttpContext.RequestAborted;
        try
        {
            var endpoint = (await context.Options.ConfigurationManager!.GetConfigurationAsync(stop)).IntrospectionEndpoint;
            var standing = services.GetRequiredService<TokenStanding>();
            if (!await standing.IsActiveAsync(endpoint, ((JsonWebToken)context.SecurityToken).EncodedToken, stop))
            {
                context.Fail("The session behind the token has ended.");
            }
        }
        catch (IssuerUnreachableException error)
        {
            context.Fail(error);
        }
    }

    private static async Task KeysMustBeKnownAsync(MessageReceivedContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0) return;
        // JwtBearer finds the token of the scheme Bearer itself.
        context.Token = ProofOfPossession.TokenOf(context.Request);
        var discovery = context.Options.ConfigurationManager!;
        if (context.HttpContext.RequestServices.GetRequiredService<KeyFreshness>().IsOver()) discovery.RequestRefresh();
        try
        {
            // When the issuer does not answer, the keys that were read before stay in use.
            await discovery.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException cause)
        {
            // Without this a token would count as forged while the issuer starts.
            discovery.RequestRefresh();
            context.Fail(new IssuerUnreachableException(cause));
        }
    }
}

/// <summary>Has the issuer's keys read again every 30 seconds, so that a revoked or retired key is refused within a minute.</summary>
/// <remarks>The cache of JwtBearer reads them every 12 hours by itself, and allows no less than 5 minutes.</remarks>
public sealed class KeyFreshness(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private long _readAt = time.GetTimestamp();

    /// <returns>True to one caller in each period.</returns>
    public bool IsOver()
    {
        var (now, readAt) = (time.GetTimestamp(), Volatile.Read(ref _readAt));
        return time.GetElapsedTime(readAt, now) >= Period && Interlocked.CompareExchange(ref _readAt, now, readAt) == readAt;
    }
}

/// <summary>The issuer's keys could not be read, so nothing can be said about a token.</summary>
public sealed class IssuerUnreachableException(Exception cause)
    : Exception("The issuer's discovery document or keys could not be read, or it does not say whether a session stands.", cause);
