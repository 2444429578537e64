using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Takes the library's documentation links out of errors: the description already says what to do.</summary>
public sealed class ErrorLinks<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Transaction.Response is { ErrorUri: not null } response) response.ErrorUri = null;
        return ValueTask.CompletedTask;
    }
}
