using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>
/// Gives errors the form of RFC 6749 section 5.2: a description in the characters it may have, which says what to do itself, without
/// OpenIddict's links.
/// </summary>
public sealed class PlainErrors<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Response is not { Error: not null } response) return ValueTask.CompletedTask;
        response.ErrorUri = null;
        // Some name a parameter or a scope as the caller wrote it.
        if (response.ErrorDescription is { } text) response.ErrorDescription = PlainErrors.Printable(text);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The characters of <c>error_description</c> (RFC 6749 section 5.2).</summary>
public static class PlainErrors
{
    public static string Printable(string description) =>
        description.All(IsAllowed) ? description : new string([.. description.Select(c => IsAllowed(c) ? c : '?')]);

    private static bool IsAllowed(char c) => c is >= ' ' and <= '~' and not '"' and not '\\';
}
