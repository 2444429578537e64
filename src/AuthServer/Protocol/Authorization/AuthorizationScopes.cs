using System.Collections.Concurrent;
using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>
/// Leaves out scopes that the client is not registered for (RFC 6749 section 3.3): the answer names those that were granted.
/// </summary>
/// <remarks>
/// SCOPES_UNKNOWN=refuse makes them an error instead, but for offline_access, which is left out in any case (OpenID Connect Core 11).
/// </remarks>
public sealed class AuthorizationScopes(ClientDirectory clients, ScopeOptions options, LeftOutScopes leftOut)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => JudgeAsync(context, context.Request);

    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context) => JudgeAsync(context, context.Request);

    private async ValueTask JudgeAsync(BaseValidatingContext context, OpenIddictRequest request)
    {
        if (request.ClientId is not { Length: > 0 } clientId) return;
        var client = await clients.FindAsync(clientId, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted);
        var asked = request.GetScopes();
        if (client is null || asked.IsEmpty) return;
        var (known, beyond) = Judge(client, asked, options.Unknown);
        if (known.Length == asked.Length) return;
        if (beyond is not null)
        {
            context.Reject(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
            return;
        }

        foreach (var scope in asked.Except(known)) leftOut.Note(clientId, scope);
        request.Scope = string.Join(' ', known);
    }

    /// <summary>The rule, for every request that a person answers.</summary>
    /// <returns>What the client may ask for, and a scope that makes the request one to refuse; null when there is none.</returns>
    internal static (ImmutableArray<string> Known, string? Beyond) Judge(
        RegisteredClient client, ImmutableArray<string> asked, UnknownScopes unknown)
    {
        ImmutableArray<string> known = [.. asked.Where(scope => client.Scopes.Contains(scope)
            && (scope != Scopes.OfflineAccess || client.MayUseOfflineAccess))];
        if (known.Length == asked.Length) return (known, null);
        var beyond = asked.Except(known).FirstOrDefault(scope => scope != Scopes.OfflineAccess);
        return (known, unknown == UnknownScopes.Refuse || known.IsEmpty ? beyond : null);
    }
}

/// <summary>Says in the log which scopes are left out of requests, once for each client and scope.</summary>
public sealed partial class LeftOutScopes(ILogger<LeftOutScopes> log)
{
    // Callers invent names: beyond this many nothing more is said.
    private const int Most = 1_000;
    private const int LongestScope = 100;

    private readonly ConcurrentDictionary<(string, string), bool> _said = new();

    public void Note(string clientId, string scope)
    {
        if (_said.Count >= Most || scope.Length > LongestScope || !scope.All(c => c is > ' ' and <= '~')
            || !_said.TryAdd((clientId, scope), true))
        {
            return;
        }
        LogLeftOut(log, clientId, scope);
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Client {ClientId} asks for the scope {Scope}, which it is not registered for: it is left out")]
    private static partial void LogLeftOut(ILogger logger, string clientId, string scope);
}
