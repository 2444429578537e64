using System.Collections.Frozen;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Api.Tokens;

/// <summary>Who calls the JSON API: a person whose session stands, through a client, with these scopes.</summary>
public sealed record ApiCaller(
    Guid UserId, Guid SessionId, RegisteredClient Client, FrozenSet<string> Scopes, bool IsAdmin, DateTime? AuthTime)
{
    /// <summary>The authenticated caller, which every route behind <see cref="BearerTokens.Policy"/> has.</summary>
    public static ApiCaller Of(HttpContext http)
    {
        return http.Features.GetRequiredFeature<ApiCaller>();
    }

    public AccountActor Actor(HttpContext http, bool asAdmin) => new(UserId, SessionId, Client.ClientId, asAdmin, AuthTime, Caller.Of(http));

    /// <summary>Why the caller may not read other people's accounts; null when they may.</summary>
    public Problem? RefusalToRead() => Scoped(ScopeNames.UsersRead) ?? Admin();

    /// <summary>Why the caller may not write other people's accounts; null when they may.</summary>
    public Problem? RefusalToWrite() => Scoped(ScopeNames.UsersWrite) ?? Admin() ?? FirstParty();

    public Problem? RefusalToReadOwn() => Scoped(ScopeNames.AccountRead);

    public Problem? RefusalToWriteOwn() => Scoped(ScopeNames.AccountWrite) ?? FirstParty();

    // RFC 6750 section 3.1
    private Problem? Scoped(string scope) => Scopes.Contains(scope) ? null : new Problem(
        StatusCodes.Status403Forbidden, "insufficient-scope", $"This needs an access token with the scope {scope}.")
    {
        Challenge = BearerScheme.Challenge("insufficient_scope", scope),
    };

    // The role may have been removed since the token was issued.
    private Problem? Admin() => IsAdmin ? null : Problem.Forbidden("This is for people with the admin role.");

    // A third-party app never changes an account, whatever scopes it was granted.
    private Problem? FirstParty() => Client.FirstParty ? null : Problem.Forbidden("Only a first-party app may change accounts.");
}
