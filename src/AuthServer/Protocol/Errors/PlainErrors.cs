using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Gives errors the form of RFC 6749 section 5.2: a description in the characters it may have, which says what to do itself, without the library's links.</summary>
public sealed class PlainErrors<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Response is not { Error: not null } response) return ValueTask.CompletedTask;
        response.ErrorUri = null;
        // Some name a parameter or a scope as the caller wrote it.
        if (response.ErrorDescription is { } text && !text.All(IsAllowed)) response.ErrorDescription = new string([.. text.Select(c => IsAllowed(c) ? c : '?')]);
        return ValueTask.CompletedTask;
    }

    private static bool IsAllowed(char c) => c is >= ' ' and <= '~' and not '"' and not '\\';
}
