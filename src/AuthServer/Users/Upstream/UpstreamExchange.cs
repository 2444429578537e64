using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Users.Providers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Client.OpenIddictClientEvents;
using Names = OpenIddict.Client.AspNetCore.OpenIddictClientAspNetCoreConstants;

namespace AuthServer.Users.Upstream;

/// <summary>Sends a browser to a provider and takes the answer, by OpenIddict's client.</summary>
/// <remarks>
/// OpenIddict binds the answer to the browser (a cookie), to the request (a state that counts once), to the provider (a redirect URI of its
/// own, and <c>iss</c>, RFC 9207) and to the sign-in (nonce), and redeems the code with PKCE.
/// </remarks>
public sealed partial class UpstreamExchange(
    OpenIddictClientAspNetCoreHandler handler, GitHubAddresses gitHub, IOptionsMonitor<OpenIddictClientAspNetCoreOptions> options,
    TimeProvider time, ILogger<UpstreamExchange> logger)
{
    private const string ErrandItem = "errand";

    private const int MostAttempts = 5;

    private const int LongestReason = 500;

    private static readonly AuthenticationScheme Scheme = new(
        OpenIddictClientAspNetCoreDefaults.AuthenticationScheme, null, typeof(OpenIddictClientAspNetCoreHandler));

    /// <returns>The address to send the browser to; null when the provider does not answer.</returns>
    public async Task<string?> BeginAsync(HttpContext http, UpstreamProvider provider, UpstreamErrand errand)
    {
        var properties = new AuthenticationProperties
        {
            RedirectUri = "/",
            Items = { [Names.Properties.RegistrationId] = provider.Name, [ErrandItem] = JsonSerializer.Serialize(errand) },
        };
        if (errand.Again && provider.IsOidc)
        {
            // OpenID Connect Core 3.1.2.1: with max_age the answer has auth_time. Not every provider knows both.
            properties.SetParameter(Parameters.Prompt, PromptValues.Login);
            properties.SetParameter(Parameters.MaxAge, 0L);
        }
        else if (errand.Connects is not null && provider.IsOidc)
        {
            // Another person may be signed in at the provider in this browser.
            properties.SetParameter(Parameters.Prompt, PromptValues.SelectAccount);
        }

        try
        {
            await handler.InitializeAsync(Scheme, http);
            await handler.HandleRequestAsync();
            ForgetOldAttempts(http);
            await handler.ChallengeAsync(properties);
        }
        catch (Exception exception) when (IsOfProvider(exception, http))
        {
            LogUnavailable(logger, exception, provider.Name);
            return null;
        }

        var address = http.Response.Headers.Location.ToString();
        // Empty where OpenIddict has refused to send the browser there, and logged why.
        if (!provider.MayBeAt(address))
        {
            LogAddress(logger, provider.Name, address);
            return null;
        }

        http.Response.Headers.Location = default;
        http.Response.StatusCode = StatusCodes.Status200OK;
        return address;
    }

    /// <summary>Reads the answer in the address of the request.</summary>
    public async Task<UpstreamAnswer> CompleteAsync(HttpContext http, UpstreamProvider provider)
    {
        try
        {
            await handler.InitializeAsync(Scheme, http);
            await handler.HandleRequestAsync();
        }
        catch (Exception exception) when (IsOfProvider(exception, http))
        {
            LogUnavailable(logger, exception, provider.Name);
            return new UpstreamAnswer.Unavailable(ErrandOf(http));
        }

        var errand = ErrandOf(http);
        if (ContextOf(http) is not { } context || errand is null) return Refuse(provider, ContextOf(http), errand);
        if (context.IsRejected) return Refuse(provider, context, errand);
        // The redirect URI of the request names the provider; another one cannot take its answer.
        if (context.Registration.RegistrationId != provider.Name) return Refuse(provider, context, errand);
        try
        {
            return await IdentityOfAsync(provider, context, http.RequestAborted) is { } identity
                ? new UpstreamAnswer.Proved(identity, errand)
                : Refuse(provider, context, errand);
        }
        catch (Exception exception) when (IsOfProvider(exception, http))
        {
            LogUnavailable(logger, exception, provider.Name);
            return new UpstreamAnswer.Unavailable(errand);
        }
    }

    // Each attempt leaves a cookie until it comes back, and a browser that has too many can send none of them.
    private void ForgetOldAttempts(HttpContext http)
    {
        var cookie = options.CurrentValue.CookieBuilder;
        var old = http.Request.Cookies.Keys.Where(name => name.StartsWith(cookie.Name + ".", StringComparison.Ordinal)).ToList();
        if (old.Count < MostAttempts) return;
        foreach (var name in old) http.Response.Cookies.Delete(name, cookie.Build(http));
    }

    private async Task<UpstreamIdentity?> IdentityOfAsync(
        UpstreamProvider provider, ProcessAuthenticationContext context, CancellationToken cancellationToken)
    {
        var signed = context.BackchannelIdentityTokenPrincipal;
        if (provider.IsOidc && signed is null) return null;
        var claims = new UpstreamClaims(signed, context.UserInfoTokenPrincipal);
        if (provider.IsOidc || context.BackchannelAccessToken is not { } token) return claims.ToIdentity(provider, address: null, time);
        return claims.ToIdentity(provider, await gitHub.FindAsync(token, cancellationToken), time);
    }

    private UpstreamAnswer Refuse(UpstreamProvider provider, ProcessAuthenticationContext? context, UpstreamErrand? errand)
    {
        // The provider, or whoever has written the address, says them.
        LogRefused(
            logger, provider.Name, ForeignText.Clean(context?.Error, LongestReason),
            ForeignText.Clean(context?.ErrorDescription, LongestReason));
        if (errand is null) return new UpstreamAnswer.Ended();
        return context?.Error switch
        {
            Errors.AccessDenied => new UpstreamAnswer.Cancelled(errand),
            Errors.ServerError or Errors.TemporarilyUnavailable => new UpstreamAnswer.Unavailable(errand),
            _ => new UpstreamAnswer.Refused(errand),
        };
    }

    /// <returns>Null unless the answer is one to a request of this browser.</returns>
    private static UpstreamErrand? ErrandOf(HttpContext http) =>
        ContextOf(http) is { StateTokenPrincipal: { } state, RequestForgeryProtection: { Length: > 0 } browser } context
        && state.GetClaim(Claims.RequestForgeryProtection) == browser
        && context.Properties.TryGetValue(ErrandItem, out var text) && text is not null
            ? JsonSerializer.Deserialize<UpstreamErrand>(text)
            : null;

    private static ProcessAuthenticationContext? ContextOf(HttpContext http) =>
        http.Features.Get<OpenIddictClientAspNetCoreFeature>()?.Transaction
            ?.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);

    // What a provider can cause: it is away, slow, or answers what is no answer. IdentityModel wraps the first two.
    private static bool IsOfProvider(Exception exception, HttpContext http) => exception is
        HttpRequestException or OpenIddictExceptions.ProtocolException or SecurityTokenException or JsonException
            or InvalidOperationException
        || (exception is OperationCanceledException && !http.RequestAborted.IsCancellationRequested);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider {Provider} does not answer as it should.")]
    private static partial void LogUnavailable(ILogger logger, Exception exception, string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider {Provider} has no address to go to, or not one of https: {Address}")]
    private static partial void LogAddress(ILogger logger, string provider, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "The answer of the provider {Provider} was refused: {Error}, {Reason}")]
    private static partial void LogRefused(ILogger logger, string provider, string? error, string? reason);
}
