using System.Collections.Frozen;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Api.Tokens;

/// <summary>Who calls the JSON API with which scopes: a person through a client, or a client on its own behalf.</summary>
public abstract record ApiCaller
{
    private ApiCaller(RegisteredClient client, FrozenSet<string> scopes) => (Client, Scopes) = (client, scopes);

    /// <summary>A person whose session stands.</summary>
    /// <param name="AuthTime">Of the token: when the person proved who they are.</param>
    /// <param name="OwesFactor">
    /// Whether the account has an app or a passkey, and neither was used: by the <c>acr</c> of the token and the <c>amr</c> of the session.
    /// </param>
    public sealed record Person(
        Guid UserId, Guid SessionId, bool IsAdmin, DateTime? AuthTime, bool OwesFactor, RegisteredClient Client, FrozenSet<string> Scopes)
        : ApiCaller(Client, Scopes)
    {
        /// <summary>Whether a passkey was used, which stands for a code of the app.</summary>
        public bool UsedPasskey { get; init; }

        public override string Subject => UserId.ToString();

        public override AccountActor Actor(HttpContext http, bool asAdmin) =>
            new AccountActor.Person(UserId, SessionId, asAdmin, AuthTime, Client.ClientId, Caller.Of(http)) { OwesFactor = OwesFactor };

        public override Problem? RefusalToRead() => Scoped(ScopeNames.UsersRead) ?? Admin();

        public override Problem? RefusalToWrite() => Scoped(ScopeNames.UsersWrite) ?? Admin() ?? FirstParty();

        public override Problem? RefusalToReadOwn() => Scoped(ScopeNames.AccountRead);

        public override Problem? RefusalToWriteOwn() => Scoped(ScopeNames.AccountWrite) ?? FirstParty();

        /// <summary>After a change of the password: the device at which it was changed stays known, as on the pages.</summary>
        public async Task StayKnownAsync(HttpContext http)
        {
            var services = http.RequestServices;
            var accounts = services.GetRequiredService<AccountLookup>();
            if (await accounts.FindAsync(UserId, SessionId, CancellationToken.None) is not { } user) return;
            services.GetRequiredService<KnownDevice>().WriteHeader(http, user);
        }

        // The role may have been removed since the token was issued.
        private Problem? Admin() => IsAdmin ? null : Problem.Forbidden("This is for people with the admin role.");

        /// <summary>Why the app may not do what only apps of the operator do; null when it is one.</summary>
        public Problem? RefusalOfThirdParty() =>
            Client.FirstParty ? null : Problem.Forbidden("Only a first-party app may see where a person is signed in, and what they did.");

        // A third-party app never changes an account, whatever scopes it was granted.
        private Problem? FirstParty() => Client.FirstParty ? null : Problem.Forbidden("Only a first-party app may change accounts.");
    }

    /// <summary>A client that the operator has registered as a service account; it has no account of its own.</summary>
    public sealed record ServiceAccount(RegisteredClient Client, FrozenSet<string> Scopes) : ApiCaller(Client, Scopes)
    {
        // No user id looks like this, whatever the client is called.
        public override string Subject => "client " + Client.ClientId;

        public override AccountActor Actor(HttpContext http, bool asAdmin) =>
            new AccountActor.ServiceAccount(Client.ClientId, Caller.Of(http));

        public override Problem? RefusalToRead() => Scoped(ScopeNames.UsersRead);

        public override Problem? RefusalToWrite() => Scoped(ScopeNames.UsersWrite);

        public override Problem? RefusalToReadOwn() => NoPerson;

        public override Problem? RefusalToWriteOwn() => NoPerson;
    }

    private static Problem NoPerson => Problem.Forbidden("A service account has no account of its own: name a user by id.");

    public RegisteredClient Client { get; }

    public FrozenSet<string> Scopes { get; }

    /// <summary>The caller as limits and idempotency keys know it.</summary>
    public abstract string Subject { get; }

    /// <summary>The authenticated caller, which every route behind <see cref="BearerTokens.Policy"/> has.</summary>
    public static ApiCaller Of(HttpContext http)
    {
        return http.Features.GetRequiredFeature<ApiCaller>();
    }

    /// <summary>Whether it is the caller's own account.</summary>
    public bool Is(Guid userId) => this is Person person && person.UserId == userId;

    public abstract AccountActor Actor(HttpContext http, bool asAdmin);

    /// <summary>Why the caller may not read other people's accounts; null when they may.</summary>
    public abstract Problem? RefusalToRead();

    /// <summary>Why the caller may not write other people's accounts; null when they may.</summary>
    public abstract Problem? RefusalToWrite();

    public abstract Problem? RefusalToReadOwn();

    public abstract Problem? RefusalToWriteOwn();

    // RFC 6750 section 3.1
    private Problem? Scoped(string scope) => Scopes.Contains(scope) ? null : new Problem(
        StatusCodes.Status403Forbidden, "insufficient-scope", $"This needs an access token with the scope {scope}.")
    {
        Challenge = BearerScheme.Challenge("insufficient_scope", scope),
    };
}
