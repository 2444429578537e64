using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.PublicKeys;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Assertions;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using AuthServer.Users.SignIn;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>
/// RFC 7523 section 2.1: a client presents what a registered issuer says of a person, and gets an access token for them; ID-JAG is the
/// same with a grant that names the client. There is no refresh token: the issuer is asked again.
/// </summary>
public sealed class JwtBearerGrant(
    IdentityAssertions assertions, AccountLookup accounts, TokenAudience audience, UsedOnce used, AssertedSessions sessions,
    ClientSubjects subjects)
    : ITokenGrant<JwtBearerGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(JwtBearerGrantRequest request)
    {
        var (client, stop) = (request.Client, request.Http.RequestAborted);
        if (SessionTokens.FindFaultOfDetails(request, kept: null) is { } beyondAssertion) return beyondAssertion;
        var (assertion, fault) = await assertions.VerifyAsync(request.Assertion, client, stop);
        if (assertion is null) return Invalid(fault!);
        // RFC 7800 section 3.1: who presents it has to hold the key that the issuer has bound it to.
        if (assertion.Claims.TryGetProperty(Confirmation.Claim, out var key)
            && !new Confirmation(key).IsProvedBy(request.Sender ?? new Sender(null)))
        {
            return Invalid("The assertion is bound to a key: send it with a proof of that key.");
        }

        if (client.RequireSecondFactor) return Invalid("The client wants a second factor, which no assertion gives.");
        if (await PersonOfAsync(assertion, stop) is not { } person)
        {
            return Invalid("The assertion is about nobody who has an account here.");
        }

        var scopes = ScopesOf(request, assertion);
        if (RequestedScopes.FindBeyond(request.Scopes, scopes) is { } beyond)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidScope, $"The assertion does not give the scope {beyond}.");
        }

        if (!request.Scopes.IsEmpty) scopes = request.Scopes;
        var asked = request.Resources.IsEmpty ? assertion.Resources : request.Resources;
        if (!assertion.Resources.IsEmpty && asked.Except(assertion.Resources).Any())
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidTarget, "The assertion is for another resource.");
        }

        var target = await audience.ResolveAsync(client, ScopeRules.ForPerson(scopes, client, isAdmin: false), asked, [], stop);
        if (target.Fault is { } noTarget) return new GrantAnswer.Refused(OAuthErrors.InvalidTarget, noTarget);
        // RFC 7523 section 3, number 7: each counts once. The last question, so that a refused request leaves it as it was.
        var name = Encoding.UTF8.GetBytes($"assertion\0{assertion.Issuer.Issuer}\0{assertion.Id}");
        if (!await used.TryAsync(name, assertion.Expires.UtcDateTime + ClaimTimes.Skew, CancellationToken.None))
        {
            return Invalid("The assertion has been used before.");
        }

        var session = await sessions.OpenAsync(
            person, client.ClientId, string.Join(' ', target.Scopes), string.Join(' ', asked), assertion.Issuer.Issuer,
            client.Tokens.AccessTokenLifetime, Caller.Of(request.Http), CancellationToken.None);
        if (session is null) return Invalid("The account has changed since.");
        return new GrantAnswer.Granted(
            TokenContent.OfSession(session, client.ClientId, target.Scopes, target.Audience) with
            {
                Subject = subjects.Of(client, session.UserId),
                Lifetime = client.Tokens.AccessTokenLifetime,
                AccessTokenAlgorithm = target.Algorithm,
                // Whom the issuer lets act with it, an exchange of the token asks.
                MayAct = assertion.Claims.TryGetProperty(Delegations.PermissionClaim, out var mayAct) ? mayAct : null,
            },
            RefreshToken: null)
        {
            SessionEndsAt = session.ExpiresAt,
        };
    }

    private async Task<User?> PersonOfAsync(VerifiedAssertion assertion, CancellationToken stop)
    {
        User? user = null;
        if (assertion.Issuer.Subject == SubjectMapping.Connection)
        {
            user = await accounts.FindAsync(assertion.Issuer.Issuer, assertion.Subject, stop);
        }
        // An address that nobody has proven, on either side, would let whoever claims it first be the other.
        else if (SignedText.Text(assertion.Claims, "email") is { } email
            && assertion.Claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True)
        {
            user = await accounts.FindAsync(email, stop) is { EmailConfirmed: true } found ? found : null;
        }

        return user is { DisabledAt: null, DeleteAfter: null } ? user : null;
    }

    // By the issuer's registration, that of the client and the assertion; ID and refresh tokens belong to a sign-in.
    private static ImmutableArray<string> ScopesOf(JwtBearerGrantRequest request, VerifiedAssertion assertion) =>
    [
        .. assertion.Issuer.Scopes.Where(scope => scope is not (ScopeRules.OpenId or Scopes.OfflineAccess)
            && request.Client.Scopes.Contains(scope) && (assertion.Scopes is not { } limit || limit.Contains(scope))),
    ];

    private static GrantAnswer.Refused Invalid(string description) => new(OAuthErrors.InvalidGrant, description);
}
