using System.Globalization;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>How long a refused client has to wait, from the handler that refused it to the answer.</summary>
public static class ClientMustWait
{
    private const string Key = "authplatform:wait";

    public static void Note(OpenIddictServerTransaction transaction, TimeSpan wait) => transaction.SetProperty(Key, new Noted(wait));

    /// <returns>Null when the request was not refused for this.</returns>
    public static TimeSpan? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<Noted>(Key)?.Wait;

    /// <summary>The header of an answer whose status is 429.</summary>
    internal static void Write(HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private sealed record Noted(TimeSpan Wait);
}

/// <summary>Answers 429 (RFC 6585 section 4) where OpenIddict would answer 400.</summary>
public sealed class ClientMustWaitStatus<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        if (ClientMustWait.Of(context.Transaction) is not { } wait) return default;
        var response = context.Transaction.GetHttpRequest()!.HttpContext.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        ClientMustWait.Write(response, wait);
        return default;
    }
}
