using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data;
using AuthServer.RateLimits;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Registration;

/// <summary>Registers a client that describes itself (RFC 7591).</summary>
public sealed class SelfRegistration(
    AuthDbContext db, ClientRegistrationOptions options, SecurityProfileOptions profiles, MtlsOptions mtls, InitialTokens initials,
    ClientRegistrationThrottle throttle, ClientSecrets secrets, ClientDirectory clients, ClientSectors sectors, ClientOrigins origins,
    SoftwareStatements statements, RoomForClients room, Refusals refusals, TimeProvider time)
{
    /// <param name="presented">Whether the request has a bearer token, or claims to.</param>
    public async Task<RegistrationResult> RegisterAsync(
        JsonObject asked, bool presented, string? initialToken, Caller caller, CancellationToken cancellationToken)
    {
        if (!presented && options.Mode == ClientRegistrationMode.Token) return new RegistrationResult.Unauthorized(Presented: false);
        if (await (presented ? throttle.TakeUseAsync(caller.Address) : throttle.TakeAsync(caller.Address)) is { } wait)
        {
            refusals.Record(RefusalKinds.RegistrationThrottled, caller);
            return new RegistrationResult.Wait(wait);
        }

        // Before the transaction, because it may fetch keys.
        var (statement, unfit) = await statements.ApplyAsync(asked, cancellationToken);
        if (unfit is not null && (!presented || initialToken is null)) return unfit;
        var (metadata, problems) = RegistrationRules.Read(asked, options, profiles, mtls);
        if (RegistrationFaults.Of(problems) is { } refused && (!presented || initialToken is null)) return refused;
        // Before the transaction, which must not wait for others; and for nobody who may not register, or anybody could have it fetched.
        if (metadata.Tokens.SectorIdentifierUri is not null && problems.IsEmpty
            && (!presented || (initialToken is not null && await initials.StandsAsync(initialToken, cancellationToken))))
        {
            var isVouchedFor = presented || Vouching.IsFor(by: null, statement, metadata.Json);
            problems = await sectors.FaultOfAsync(metadata, isVouchedFor, cancellationToken) is { } fault ? [fault] : [];
        }
        if (!presented && RegistrationFaults.Of(problems) is { } unlisted) return unlisted;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var by = RegistrationState.Open;
        if (presented)
        {
            if (initialToken is null || await initials.TakeAsync(initialToken, cancellationToken) is not { } token)
            {
                refusals.Record(RefusalKinds.ForgedBearer, caller);
                return new RegistrationResult.Unauthorized(Presented: true);
            }

            // The use is given back with the transaction.
            if (unfit is not null) return unfit;
            if (RegistrationFaults.Of(problems) is { } wrong) return wrong;
            by = token.ToString();
        }
        else if (!await room.ForRegistrationAsync(cancellationToken)) return new RegistrationResult.Wait(RoomForClients.Untouched);

        var registered = Add(metadata, by, statement, caller);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        clients.Forget(registered.ClientId);
        origins.Forget();
        return registered;
    }

    private RegistrationResult.Registered Add(ClientMetadata metadata, string by, string? statement, Caller caller)
    {
        var now = time.GetUtcNow();
        var clientId = OwnClientIds.New();
        var secret = ClientAuthMethods.UsesSecret(metadata.TokenEndpointAuthMethod) ? ClientSecrets.Generate() : null;
        var token = RegistrationState.NewToken();
        var row = ClientRegistration.NewClient(Guid.CreateVersion7(now), clientId, metadata, secret, secrets);
        row.Properties = new RegistrationState(RegistrationState.HashOf(token), now.UtcDateTime, by) { Statement = statement }
            .Write(metadata.Json);
        db.Clients.Add(row);
        AuditTrail.Record(db, now.UtcDateTime, AuditKinds.ClientCreated, caller, clientId: clientId, detail: "registration: " + by);
        return new(clientId, now.UtcDateTime, metadata.Json, token, secret, IsNew: true) { Statement = statement };
    }
}
