using System.Collections.Frozen;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Plain;

/// <summary>The authorization endpoint for a plain request of a person who is signed in and need not be asked anything; the answer is a code in the query.</summary>
public sealed class PlainAuthorization(ClientDirectory clients, RequestedScopes scopes, IssuerOptions issuer)
{
    private static readonly RequestFacts NothingSpecial = new([], null, [], []);

    private static readonly FrozenSet<string> Known = new[]
    {
        Parameters.ClientId, Parameters.ResponseType, Parameters.RedirectUri, Parameters.Scope, Parameters.State, Parameters.Nonce,
        Parameters.CodeChallenge, Parameters.CodeChallengeMethod,
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string Endpoint = Permissions.Endpoints.Authorization[Permissions.Prefixes.Endpoint.Length..];

    /// <returns>False when nothing has happened and the library is to answer.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext http)
    {
        if (await ReadAsync(http) is not { } question) return false;
        var services = http.RequestServices;
        if (await services.GetRequiredService<AuthorizationDecisions>().DecideAsync(question, http.RequestAborted) is not AuthorizationDecision.Granted(var content)) return false;
        var code = await services.GetRequiredService<AuthorizationCodes>().StoreAsync(content, http.RequestAborted);
        var separator = question.RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var state = http.Request.Query[Parameters.State] is [{ } given] ? $"&state={Uri.EscapeDataString(given)}" : "";
        http.Response.StatusCode = StatusCodes.Status302Found;
        // RFC 6749 section 4.1.2 and RFC 9207 section 2.
        http.Response.Headers.Location = $"{question.RedirectUri}{separator}code={code}{state}&iss={Uri.EscapeDataString(issuer.IssuerText)}";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Pragma = "no-cache";
        return true;
    }

    private async ValueTask<AuthorizationQuestion?> ReadAsync(HttpContext http)
    {
        var query = http.Request.Query;
        // The framework finds a parameter in any case, and the standard has one: its names are compared here (RFC 6749 section 3.1).
        if (!query.Keys.All(Known.Contains)) return null;

        // Empty where it stands twice, empty or beyond visible ASCII: the library is to say what is wrong.
        string? Take(string name) =>
            !query.TryGetValue(name, out var values) ? null : values is [{ Length: > 0 } value] && value.All(c => c is >= ' ' and <= '~') ? value : "";

        var (clientId, redirectUri, scope) = (Take(Parameters.ClientId), Take(Parameters.RedirectUri), Take(Parameters.Scope));
        var (challenge, nonce, state) = (Take(Parameters.CodeChallenge), Take(Parameters.Nonce), Take(Parameters.State));
        if (Take(Parameters.ResponseType) != ResponseTypes.Code || clientId is null or "" || redirectUri is null or "" || scope is null or "") return null;
        if (nonce is "" || state is "" || Take(Parameters.CodeChallengeMethod) != (challenge is null ? null : CodeChallengeMethods.Sha256)) return null;
        if (challenge is not null && !CodeChallenge.HasForm(challenge)) return null;

        if (await clients.FindAsync(clientId, http.RequestAborted) is not { } client || !MayAsk(client, redirectUri, challenge)) return null;
        var asked = RequestedScopes.Split(scope);
        if (await scopes.FindBeyondAsync(client, asked, http.RequestAborted) is not null) return null;
        if (asked.Contains(Scopes.OfflineAccess) && !client.MayUseOfflineAccess) return null;
        return await http.GetBrowserSessionAsync() is { } session
            ? new(client, session, NothingSpecial, null, asked, [], redirectUri, challenge, nonce, RequestedClaims.None)
            : null;
    }

    private static bool MayAsk(RegisteredClient client, string redirectUri, string? challenge) =>
        client.IsPlain && client.Endpoints.Contains(Endpoint) && client.GrantTypes.Contains(GrantTypes.AuthorizationCode) && client.ResponseTypes.Contains(ResponseTypes.Code)
        && client.MayReturnTo(redirectUri) && client.DefaultMaxAge is null && (challenge is not null || !client.RequirePkce);
}
