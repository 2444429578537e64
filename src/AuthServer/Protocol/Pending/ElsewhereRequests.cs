using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Authorization.Consent;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Profile;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Protocol.Pending;

/// <summary>
/// What a device, or a client of CIBA, asks of a person who decides elsewhere: its app, and what the app would get of this person.
/// </summary>
public sealed record ElsewhereRequest(AskedAuthorization Asked, RegisteredClient Client, Disclosure Disclosure);

/// <summary>What became of a decision about a request from elsewhere.</summary>
public enum ElsewhereOutcome
{
    Allowed,
    Denied,

    /// <summary>It was decided before, or has expired.</summary>
    Ended,

    /// <summary>The person allowed it, and there are as many clients that describe themselves as there may be: it has ended.</summary>
    NoRoom,
}

/// <summary>Finds and decides requests from elsewhere, for a person who is signed in.</summary>
public sealed class ElsewhereRequests(
    PendingAuthorizations pending, ClientDirectory clients, ClientSubjects subjects, ConsentRequirement consent, ConsentStore consents,
    SecondFactorOptions secondFactor, PasskeyRules passkeys, SecondFactorRequirement factors, TimeProvider time)
{
    public async Task<ElsewhereRequest?> FindAsync(PendingKind kind, Guid id, Guid userId, CancellationToken stop) =>
        await pending.FindAsync(kind, id, userId, stop) is { } asked ? await AboutAsync(asked, stop) : null;

    /// <summary>What clients of CIBA ask this person.</summary>
    public async Task<IReadOnlyList<ElsewhereRequest>> WaitingAsync(Guid userId, CancellationToken stop)
    {
        var waiting = new List<ElsewhereRequest>();
        foreach (var asked in await pending.WaitingAsync(userId, stop))
        {
            if (await AboutAsync(asked, stop) is { } about) waiting.Add(about);
        }

        return waiting;
    }

    /// <summary>What this sign-in lacks for the request, by the rules of the authorization endpoint.</summary>
    /// <param name="at">When the person saw the page, in UTC; null: they are about to see it. How old a sign-in may be counts then.</param>
    public async ValueTask<Requirement> RequirementOfAsync(
        ElsewhereRequest request, BrowserSession session, DateTime? at, CancellationToken stop)
    {
        var asked = request.Asked;
        var named = asked.Content.Subject is { } subject ? subjects.AccountOf(request.Client, subject, session.UserId) : null;
        var facts = asked.Content.FactsFor(request.Client, secondFactor, passkeys) with { Subjects = named is null ? [] : [named] };
        // Who has signed in since it was asked has done so for this request: no page sends them there for ever.
        var mark = new Interaction("", asked.AskedAt, asked.AskedAt, Session: null, InteractionOutcome.Asked);
        var found = AuthorizationRequirements.Decide(facts, session, mark, at ?? time.GetUtcNow().UtcDateTime);
        // Whoever has none is asked for nothing that they cannot give.
        return found is Requirement.Page(_, AuthorizationRequirements.ByPasskey) && !await factors.HasPasskeyAsync(session.UserId, stop)
            ? AuthorizationRequirements.Unreachable
            : found;
    }

    /// <summary>Writes what the person decided.</summary>
    /// <param name="shown">What the page showed them.</param>
    public async Task<ElsewhereOutcome> DecideAsync(
        ElsewhereRequest request, bool allowed, ShownConsent shown, BrowserSession session, Caller caller, CancellationToken stop)
    {
        var (asked, client) = (request.Asked, request.Client);
        if (!allowed) return await EndAsync(asked, PendingState.Denied, ElsewhereOutcome.Denied, session, caller);

        StoredConsent? stored = null;
        // Of an app that the operator vouches for nothing is stored, as on the consent page; the person is asked all the same.
        if (!client.Trusted)
        {
            switch (await consents.GiveAsync(session.UserId, client, shown.Given, caller, stop))
            {
                case ConsentOutcome.ClientGone:
                    return ElsewhereOutcome.Ended;
                // It ends: the device would ask on until its code is too old.
                case ConsentOutcome.NoRoom:
                    return await EndAsync(asked, PendingState.NoRoom, ElsewhereOutcome.NoRoom, session, caller);
            }

            stored = await consents.FindAsync(session.UserId, client.Id, stop);
        }

        // What no page has shown is not told, whatever the registration has become meanwhile.
        bool IsShown(string claim) => shown.Claims.Contains(claim) || shown.Scopes.Contains(StandardClaims.ScopeOf(claim)!);
        var told = request.Disclosure with
        {
            UserInfo = [.. request.Disclosure.UserInfo.Where(IsShown)],
            IdToken = [.. request.Disclosure.IdToken.Where(IsShown)],
        };
        var content = asked.Content with
        {
            Scopes = shown.Scopes, Claims = told.ClaimsText(), AuthorizationId = stored?.Id, Ends = stored?.Ends,
        };
        var kind = asked.Kind == PendingKind.Device ? AuditKinds.DeviceApproved : AuditKinds.CibaApproved;
        return await pending.DecideAsync(asked.Id, PendingState.Approved, content, session, kind, caller)
            ? ElsewhereOutcome.Allowed : ElsewhereOutcome.Ended;
    }

    /// <summary>By the registration of today: one that was made anew is another app.</summary>
    public async Task<ElsewhereRequest?> AboutAsync(AskedAuthorization asked, CancellationToken stop)
    {
        if (await clients.FindAsync(asked.Content.ClientId, stop) is not { IsWithdrawn: false } client || client.Id != asked.ClientRowId)
        {
            return null;
        }
        var claims = RequestedClaims.Parse(asked.Content.Claims) ?? RequestedClaims.None;
        return new(asked, client, await consent.ShownAsync(client, asked.Content.Scopes, claims, asked.Content.Resources, stop));
    }

    // Without anything for the client.
    private async Task<ElsewhereOutcome> EndAsync(
        AskedAuthorization asked, PendingState state, ElsewhereOutcome outcome, BrowserSession session, Caller caller)
    {
        var kind = asked.Kind == PendingKind.Device ? AuditKinds.DeviceDenied : AuditKinds.CibaDenied;
        return await pending.DecideAsync(asked.Id, state, asked.Content, session, kind, caller) ? outcome : ElsewhereOutcome.Ended;
    }
}
