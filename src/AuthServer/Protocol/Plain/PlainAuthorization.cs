using System.Collections.Frozen;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.SessionManagement;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Plain;

/// <summary>
/// The authorization endpoint for a plain request of a person who is signed in and need not be asked anything; the answer is a code in the
/// query.
/// </summary>
public sealed class PlainAuthorization(
    ClientDirectory clients, RequestedScopes scopes, IssuerOptions issuer, PushedRequestOptions pushed, SessionState sessionState)
{
    private static readonly RequestFacts NothingSpecial = new([], null, [], []);

    private static readonly FrozenSet<string> Known = new[]
    {
        Parameters.ClientId, Parameters.ResponseType, Parameters.RedirectUri, Parameters.Scope, Parameters.State, Parameters.Nonce,
        Parameters.CodeChallenge, Parameters.CodeChallengeMethod,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Each step declines by returning false; nothing has happened then, and OpenIddict's way answers.</summary>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        var stop = http.RequestAborted;
        // 1. Every parameter is a plain one.
        if (Read(http.Request.Query) is not { } asked) return false;
        // 2. The client exists, is plain, and may ask at this endpoint for this.
        if (await clients.FindAsync(asked.ClientId, stop) is not { } client || !MayAsk(client, asked)) return false;
        // 3. The answer may go where it is wanted.
        if (!client.MayReturnTo(asked.RedirectUri)) return false;
        // 4. Every scope is the client's.
        var wanted = SpaceList.Split(asked.Scope);
        if (await scopes.FindBeyondAsync(client, wanted, stop) is not null) return false;
        if (wanted.Contains(Scopes.OfflineAccess) && !client.MayUseOfflineAccess) return false;
        // 5. The person is signed in, and need not be asked.
        if (await http.GetBrowserSessionAsync() is not { } session) return false;
        var question = new AuthorizationQuestion(
            client, session, NothingSpecial, null, wanted, [], asked.RedirectUri, asked.CodeChallenge, asked.Nonce, RequestedClaims.None);
        var decisions = http.RequestServices.GetRequiredService<AuthorizationDecisions>();
        if (await decisions.DecideAsync(question, stop) is not AuthorizationDecision.Granted(var content)) return false;
        // 6. The code, unless the client is gone.
        var codes = http.RequestServices.GetRequiredService<AuthorizationCodes>();
        if (await codes.StoreAsync(content, request: null, stop) is not { } code) return false;
        Send(http.Response, asked, code, sessionState.Of(http, asked.ClientId, asked.RedirectUri));
        return true;
    }

    // Null where a parameter is unknown, stands twice, is empty or goes beyond visible ASCII: OpenIddict's way says what is wrong.
    private static Request? Read(IQueryCollection query)
    {
        // ASP.NET Core finds a parameter in any case; RFC 6749 section 3.1 has one, so the names are compared here.
        if (!query.Keys.All(Known.Contains)) return null;
        if (query.Any(p => p.Value is not [{ Length: > 0 } value] || !value.All(c => c is >= ' ' and <= '~'))) return null;
        string? Of(string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;

        if (Of(Parameters.ResponseType) != ResponseTypes.Code) return null;
        if (Of(Parameters.ClientId) is not { } clientId || Of(Parameters.RedirectUri) is not { } redirectUri
            || Of(Parameters.Scope) is not { } scope)
        {
            return null;
        }
        var challenge = Of(Parameters.CodeChallenge);
        if (Of(Parameters.CodeChallengeMethod) != (challenge is null ? null : CodeChallengeMethods.Sha256)) return null;
        if (challenge is not null && !CodeChallenge.HasForm(challenge)) return null;
        return new(clientId, redirectUri, scope, Of(Parameters.State), Of(Parameters.Nonce), challenge);
    }

    private bool MayAsk(RegisteredClient client, Request asked) =>
        client is { IsPlain: true, DefaultMaxAge: null, RequireSecondFactor: false, Requests: { MustBePushed: false, MustBeSigned: false } }
        && !pushed.Required
        && ClientPermissions.FaultAtAuthorization(client, ResponseTypes.Code) is null
        && !CodeChallenge.IsMissing(client, asked.CodeChallenge);

    private void Send(HttpResponse response, Request asked, string code, string? sessionState)
    {
        KeyValuePair<string, string> first = new(Parameters.Code, code), last = ResponseIssuer.Parameter(issuer);
        if (sessionState is not null)
        {
            KeyValuePair<string, string> session = new(SessionState.Parameter, sessionState);
            if (asked.State is null) AuthorizationRedirect.Send(response, asked.RedirectUri, '?', [first, session, last]);
            else AuthorizationRedirect.Send(response, asked.RedirectUri, '?', [first, new(Parameters.State, asked.State), session, last]);
        }
        else if (asked.State is null) AuthorizationRedirect.Send(response, asked.RedirectUri, '?', [first, last]);
        else AuthorizationRedirect.Send(response, asked.RedirectUri, '?', [first, new(Parameters.State, asked.State), last]);
    }

    private sealed record Request(string ClientId, string RedirectUri, string Scope, string? State, string? Nonce, string? CodeChallenge);
}
