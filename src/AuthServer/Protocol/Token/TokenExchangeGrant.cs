using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Claims;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>
/// RFC 8693: a client exchanges an access token of a person, or of another client, for one with which it calls the next API.
/// </summary>
/// <remarks>
/// It only narrows: the new token is for a resource that the client's registration names, has no scope that the person has not granted,
/// lives no longer than the exchanged one, and dies with the same session. Nothing may be exchanged that the registration does not name.
/// </remarks>
public sealed class TokenExchangeGrant(
    ExchangedTokens tokens, TokenAudience audience, ClientSubjects subjects, SqlRunner sql, Refusals refusals, TimeProvider time)
    : ITokenGrant<TokenExchangeGrantRequest>
{
    private const string RecordSql = $"{AuditTrail.InsertWhere}1 = 1";

    public async ValueTask<GrantAnswer> DecideAsync(TokenExchangeGrantRequest request)
    {
        var (client, stop) = (request.Client, request.Http.RequestAborted);
        if (client.Exchange is not { } policy)
        {
            return new GrantAnswer.Refused(OAuthErrors.UnauthorizedClient, "The registration of the client lets it exchange nothing.");
        }

        if (FaultOf(request, policy) is { } fault) return fault;
        // The new token has none of the details of the exchanged one.
        if (SessionTokens.FindFaultOfDetails(request, kept: null) is { } noDetails) return noDetails;
        var (subject, refusal) = await tokens.FindSubjectAsync(request, policy, stop);
        if (subject is null)
        {
            refusals.Record(RefusalKinds.ForgedBearer, Caller.Of(request.Http));
            return Invalid(refusal!);
        }

        var (actor, noActor) = await tokens.FindActorAsync(request, stop);
        if (noActor is not null) return Invalid(noActor);
        if (!tokens.MayAct(subject.Token, actor ?? client.ClientId, client))
        {
            return Invalid("The subject_token names others who may act with it (may_act, RFC 8693 section 4.4).");
        }

        var chain = policy.Impersonates ? subject.Token.Actor : Delegations.Of(actor ?? client.ClientId, subject.Token.Actor);
        if (Delegations.DepthOf(chain) > Delegations.Most)
        {
            return Invalid($"More than {Delegations.Most} parties would act one for the other.");
        }

        if (TargetOf(request, policy) is not { } resource)
        {
            return new GrantAnswer.Refused(
                OAuthErrors.InvalidTarget, "The client may exchange tokens for one of the audiences of its registration. Name one.");
        }

        var may = subject.MayHave(policy, client);
        if (RequestedScopes.FindBeyond(request.Scopes, may) is { } beyond)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidScope, $"The exchanged token does not give the scope {beyond}.");
        }

        var target = await audience.ResolveAsync(client, request.Scopes.IsEmpty ? may : request.Scopes, [resource], [], stop);
        if (target.Fault is { } noTarget) return new GrantAnswer.Refused(OAuthErrors.InvalidTarget, noTarget);
        await RecordAsync(request, subject, policy, resource, chain is null ? null : actor ?? client.ClientId);
        return new GrantAnswer.Granted(
            new TokenContent(
                // The new token is the client's, so it names the person as that client knows them (OpenID Connect Core 8).
                subject.Person is { } person ? subjects.Of(client, person) : subject.Token.Subject, client.ClientId, target.Scopes,
                target.Audience)
            {
                AccessTokenAlgorithm = target.Algorithm,
                Lifetime = client.Tokens.AccessTokenLifetime,
                SessionId = subject.Token.SessionId?.ToString(),
                AuthTime = subject.Token.AuthTime,
                Acr = subject.Token.Acr,
                Actor = chain,
                MayAct = subject.Token.MayAct,
                NotAfter = subject.Token.ExpiresAt,
                AccessClaims = ToldClaims.OfExchanged(subject.Token, subject.Session?.Roles ?? [], target.Scopes, client),
            },
            RefreshToken: null);
    }

    private static GrantAnswer.Refused? FaultOf(TokenExchangeGrantRequest request, ExchangePolicy policy)
    {
        if (request.SubjectTokenType != TokenTypeIdentifiers.AccessToken)
        {
            return Invalid($"The subject_token_type is {TokenTypeIdentifiers.AccessToken}: this server exchanges its own access tokens.");
        }
        if (request.RequestedTokenType is not (null or TokenTypeIdentifiers.AccessToken))
        {
            return Invalid($"The requested_token_type is {TokenTypeIdentifiers.AccessToken}, or is left out.");
        }
        // RFC 8693 section 2.1: the type stands beside the token, and never without it.
        if (request.ActorToken is null != (request.ActorTokenType is null))
        {
            return Invalid("actor_token and actor_token_type belong together.");
        }
        if (request.ActorTokenType is not (null or TokenTypeIdentifiers.AccessToken))
        {
            return Invalid($"The actor_token_type is {TokenTypeIdentifiers.AccessToken}.");
        }
        return policy.Impersonates && request.ActorToken is not null
            ? Invalid("The client is registered for impersonation: nobody acts, so there is no actor_token.")
            : null;
    }

    // RFC 8693 section 2.1 has two names for it; a token has one audience.
    private static string? TargetOf(TokenExchangeGrantRequest request, ExchangePolicy policy)
    {
        var asked = request.Audience is { } named ? request.Resources.Add(named) : request.Resources;
        if (asked.IsEmpty) asked = policy.Audiences;
        return asked.Once() is [var one] && policy.Audiences.Contains(one) ? one : null;
    }

    private async ValueTask RecordAsync(
        TokenExchangeGrantRequest request, ExchangedSubject subject, ExchangePolicy policy, string resource, string? actor)
    {
        var record = AuditTrail.Describe(
            time.GetUtcNow().UtcDateTime, AuditKinds.TokenExchanged, Caller.Of(request.Http), subject: subject.Person,
            clientId: request.Client.ClientId, sessionId: subject.Token.SessionId,
            detail: (policy.Impersonates ? "impersonation" : "delegation to " + actor)
                + $", token of {subject.Token.ClientId} for {resource}");
        await sql.ExecuteAsync(RecordSql, values => AuditTrail.Fill(values, record), CancellationToken.None);
    }

    // RFC 8693 section 2.2.2: whatever is wrong with one of the tokens.
    private static GrantAnswer.Refused Invalid(string description) => new(OAuthErrors.InvalidRequest, description);
}
