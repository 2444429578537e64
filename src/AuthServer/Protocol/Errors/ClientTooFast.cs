using System.Globalization;
using AuthServer.Audit;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Counts the requests of a client that has just proved who it is. A public client proves nothing: others could use up its count.</summary>
public sealed class ClientTooFast(ClientLimit limit, Refusals refusals, AuthMeter meter) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private const string WaitKey = "authplatform:wait";

    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        var proved = context.ClientSecret is not null || context.ClientAssertionPrincipal is not null;
        if (!proved || context.ClientId is not { } client || !IsLimited(context.EndpointType) || limit.Take(client) is not { } wait) return default;
        meter.RateLimited("client");
        refusals.Record(RefusalKinds.ClientTooFast, Caller.Of(context.Transaction.GetHttpRequest()!.HttpContext));
        context.Transaction.SetProperty(WaitKey, new Wait(wait));
        context.Reject(OAuthErrors.TemporarilyUnavailable, "This client sends too many requests. Try again after the seconds in Retry-After.");
        return default;
    }

    /// <summary>How long the refused client has to wait; null when it was not refused for this.</summary>
    public static TimeSpan? WaitOf(OpenIddictServerTransaction transaction)
    {
        return transaction.GetProperty<Wait>(WaitKey)?.Length;
    }

    private static bool IsLimited(OpenIddictServerEndpointType endpoint) =>
        endpoint is OpenIddictServerEndpointType.Token or OpenIddictServerEndpointType.Introspection or OpenIddictServerEndpointType.Revocation;

    private sealed record Wait(TimeSpan Length);
}

/// <summary>Answers 429 (RFC 6585 section 4) where the library would answer 400.</summary>
public sealed class ClientTooFastStatus<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        if (ClientTooFast.WaitOf(context.Transaction) is not { } wait) return default;
        var response = context.Transaction.GetHttpRequest()!.HttpContext.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return default;
    }
}
