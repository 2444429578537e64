using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AuthServer.Api.Tokens;

/// <summary>
/// The authentication scheme of the JSON API (RFC 6750 section 2.1, RFC 9449 section 7.1): an access token whose session stands, or a
/// service account's own.
/// </summary>
public sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    AccessTokenUse tokens, SessionLookup sessions, ClientDirectory clients, Refusals refusals, SecondFactorOptions secondFactors,
    PasskeyRules passkeys, IssuerOptions issuer)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "api";

    private const string Refused = "The access token is not valid here, has expired, or its session has ended. Get a new one.";

    /// <summary>The authorization policy of every route that needs a caller.</summary>
    public const string Policy = "api";

    private SenderRefusal? _refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var presented = PresentedAccess.Read(Request.Headers.Authorization);
        if (!presented.Presented) return AuthenticateResult.NoResult();
        if (presented.Token is not { } text) return AuthenticateResult.Fail("The header does not carry one token.");
        (var token, _refusal) = await tokens.AcceptAsync(Context, presented.ByKey, text);
        if (token is null) return AuthenticateResult.Fail("The token is not valid, or its key is not proved.");

        // Exactly this audience: another API that receives the token could otherwise use it here.
        if (!token.Audiences.SequenceEqual([issuer.ApiAudience], StringComparer.Ordinal))
        {
            return AuthenticateResult.Fail("The token is for another API.");
        }

        if (await clients.FindAsync(token.ClientId, Context.RequestAborted) is not { } client)
        {
            return AuthenticateResult.Fail("The client is gone.");
        }
        var caller = token.SessionId is { } sessionId ? await PersonAsync(token, sessionId, client) : ServiceAccount(token, client);
        if (caller is null) return AuthenticateResult.Fail("The session has ended, or the client is no service account.");

        Context.Features.Set(caller);
        if (presented.ByKey) Response.OnStarting(AskByKeyAsync, Context);
        var identity = new ClaimsIdentity([new("sub", token.Subject), new("client_id", token.ClientId)], SchemeName, "sub", "role");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    // RFC 9449 section 7.1: what a good token lacks is told in the scheme that it came by.
    private static Task AskByKeyAsync(object context)
    {
        var headers = ((HttpContext)context).Response.Headers;
        if (headers.WWWAuthenticate is [{ } asked] && asked.StartsWith(BearerScheme.Name + " ", StringComparison.Ordinal))
        {
            headers.WWWAuthenticate = $"{AccessTokenUse.Challenge()}, {asked[(BearerScheme.Name.Length + 1)..]}";
        }

        return Task.CompletedTask;
    }

    private async ValueTask<ApiCaller?> PersonAsync(AccessToken token, Guid sessionId, RegisteredClient client)
    {
        if (!Guid.TryParse(token.Subject, out var userId)) return null;
        return await sessions.FindCallerAsync(sessionId, userId, token.ClientId, Context.RequestAborted) is { } standing
            ? new ApiCaller.Person(
                userId, sessionId, standing.IsAdmin, ProvenAt(token, standing), OwesFactor(token, standing), client,
                ScopesOf(token).ToFrozenSet(StringComparer.Ordinal))
            {
                UsedPasskey = standing.HasPasskey && FreshProof.IsByPasskey(token.Acr, SpaceList.Split(standing.AmrText)),
            }
            : null;
    }

    // As on the pages: a code by mail is no strong factor, which the row alone tells; and where SECOND_FACTOR is off, so that nobody can
    // give the code of an app, a passkey signs in alone all the same.
    private bool OwesFactor(AccessToken token, StandingCaller standing) =>
        ((standing.HasApp && secondFactors.IsOn) || (standing.HasPasskey && passkeys.ArePossible))
        && !FreshProof.IsStrong(token.Acr, SpaceList.Split(standing.AmrText));

    // By the token (RFC 9470 section 6.2): a step-up of the session must not lift one that was issued before, and stolen.
    private static DateTime? ProvenAt(AccessToken token, StandingCaller standing) =>
        token.AuthTime is { } seconds && standing.AuthTime is { } row
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime is var told && told < row ? told : row
            : null;

    /// <summary>A client's own token (client_credentials) has no session; what ends its right is its registration of today.</summary>
    private static ApiCaller.ServiceAccount? ServiceAccount(AccessToken token, RegisteredClient client) =>
        client.ServiceAccount && token.Subject == client.ClientId
            ? new(client, ScopesOf(token).Where(client.Scopes.Contains).ToFrozenSet(StringComparer.Ordinal))
            : null;

    private static ImmutableArray<string> ScopesOf(AccessToken token) => SpaceList.Split(token.ScopeText);

    // RFC 6750 section 3.1: no error code for a request without a token.
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var presented = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        var byKey = PresentedAccess.Read(Request.Headers.Authorization).ByKey;
        // A proof that is refused says what is wrong with it; whoever holds the key has not forged the token.
        var ofProof = _refusal is { Error: DPoPCheck.InvalidProof or DPoPCheck.UseNonce } ? _refusal : null;
        if (presented && ofProof is null) refusals.Record(RefusalKinds.ForgedBearer, Caller.Of(Context));
        if (byKey)
        {
            var problem = Problem.Unauthorized(ofProof?.Description ?? Refused);
            await (problem with { Challenge = AccessTokenUse.Challenge(ofProof?.Error ?? "invalid_token") }).ExecuteAsync(Context);
            return;
        }

        await Problem.Unauthorized(
            presented
                ? Refused
                : $"Send an access token: Authorization: {BearerScheme.Name} ...",
            presented ? "invalid_token" : null).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Forbidden("This token may not do that.").ExecuteAsync(Context);
}
