using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Authorization.Consent;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Pending;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>A request of a device, or of a client of CIBA, its app, and what the app would get of this person.</summary>
public sealed record DeviceRequest(AskedAuthorization Asked, RegisteredClient Client, Disclosure Disclosure);

/// <summary>Finds and decides what devices and clients of CIBA ask, for a person who is signed in.</summary>
public sealed class DeviceRequests(
    PendingAuthorizations pending, UserCodes codes, ClientDirectory clients, ConsentRequirement consent, ConsentStore consents,
    DeviceCodeThrottle throttle, Refusals refusals, SecondFactorOptions secondFactor, TimeProvider time)
{
    /// <returns>The request, how long the person has to wait before the next try, or neither: no device waits with this code.</returns>
    public async Task<(DeviceRequest? Request, TimeSpan? Wait)> FindAsync(
        string code, BrowserSession session, Caller caller, CancellationToken stop)
    {
        if (await throttle.WaitAsync(session.UserId, caller.Address) is { } wait) return (null, wait);
        if (await pending.FindAsync(PendingKind.Device, codes.Hashes(code), stop) is { } asked
            && await AboutAsync(asked, stop) is { } about)
        {
            return (about, null);
        }

        await throttle.FailedAsync(session.UserId, caller.Address);
        refusals.Record(RefusalKinds.WrongCode, caller);
        return (null, null);
    }

    public async Task<DeviceRequest?> FindAsync(PendingKind kind, Guid id, Guid userId, CancellationToken stop) =>
        await pending.FindAsync(kind, id, userId, stop) is { } asked ? await AboutAsync(asked, stop) : null;

    /// <summary>What clients of CIBA ask this person.</summary>
    public async Task<IReadOnlyList<DeviceRequest>> WaitingAsync(Guid userId, CancellationToken stop)
    {
        var waiting = new List<DeviceRequest>();
        foreach (var asked in await pending.WaitingAsync(userId, stop))
        {
            if (await AboutAsync(asked, stop) is { } about) waiting.Add(about);
        }

        return waiting;
    }

    /// <summary>What this sign-in lacks for the request: another factor, or nothing.</summary>
    public Requirement RequirementOf(DeviceRequest request, BrowserSession session) => AuthorizationRequirements.Decide(
        new RequestFacts([], MaxAge: null, [], [])
        {
            AcrValues = request.Asked.Content.AcrValues,
            ClientWantsSecondFactor = request.Client.RequireSecondFactor,
            OffersSecondFactor = secondFactor.IsOn,
        },
        session, mark: null, time.GetUtcNow().UtcDateTime);

    /// <summary>Writes what the person decided.</summary>
    /// <param name="shown">What the page showed them.</param>
    /// <returns>False when it was decided before, or has expired.</returns>
    public async Task<bool> DecideAsync(
        DeviceRequest request, bool allowed, ShownConsent shown, BrowserSession session, Caller caller, CancellationToken stop)
    {
        var (asked, client) = (request.Asked, request.Client);
        if (!allowed)
        {
            return await pending.DecideAsync(
                asked.Id, PendingState.Denied, asked.Content, session, asked.Kind == PendingKind.Device
                    ? AuditKinds.DeviceDenied : AuditKinds.CibaDenied, caller);
        }

        Guid? authorization = null;
        // Of an app that the operator vouches for nothing is stored, as on the consent page; the person is asked all the same.
        if (!client.Trusted)
        {
            if (!await consents.GiveAsync(session.UserId, client.Id, client.ClientId, shown.Given, caller, stop)) return false;
            authorization = (await consents.FindAsync(session.UserId, client.Id, stop))?.Id;
        }

        var content = asked.Content with { Scopes = shown.Scopes, AuthorizationId = authorization };
        var kind = asked.Kind == PendingKind.Device ? AuditKinds.DeviceApproved : AuditKinds.CibaApproved;
        return await pending.DecideAsync(asked.Id, PendingState.Approved, content, session, kind, caller);
    }

    // By the registration of today: one that was made anew is another app.
    private async Task<DeviceRequest?> AboutAsync(AskedAuthorization asked, CancellationToken stop)
    {
        if (await clients.FindAsync(asked.Content.ClientId, stop) is not { } client || client.Id != asked.ClientRowId) return null;
        var claims = RequestedClaims.Parse(asked.Content.Claims) ?? RequestedClaims.None;
        return new(asked, client, await consent.ShownAsync(client, asked.Content.Scopes, claims, asked.Content.Resources, stop));
    }
}
