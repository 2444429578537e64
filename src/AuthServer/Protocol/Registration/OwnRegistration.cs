using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol.Registration;

/// <summary>A client reads, replaces or deletes its own registration (RFC 7592).</summary>
public sealed class OwnRegistration(
    AuthDbContext db, ClientRegistrationOptions options, SecurityProfileOptions profiles, MtlsOptions mtls, ClientSecrets secrets,
    ClientDeletion deletion, SessionEnding ending, ClientDirectory clients, ClientSectors sectors, ClientOrigins origins,
    SoftwareStatements statements, ClientRegistrationThrottle throttle, Refusals refusals, TimeProvider time)
{
    // RFC 7592 section 2.2: what the server says of the client, and the client never of itself.
    private static readonly string[] OfServer =
        ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

    public async Task<RegistrationResult> ReadAsync(string clientId, string? token, Caller caller, CancellationToken cancellationToken)
    {
        if (await WaitAsync(caller) is { } wait) return wait;
        return await FindAsync(clientId, token, caller, cancellationToken) is var (row, state)
            ? new RegistrationResult.Registered(clientId, state.RegisteredAt, MetadataOf(row), token!, Secret: null, IsNew: false)
            {
                Statement = state.Statement,
            }
            : new RegistrationResult.Unauthorized(token is not null);
    }

    /// <remarks>Each success ends the token that was used: of several at once, one succeeds.</remarks>
    public async Task<RegistrationResult> ReplaceAsync(
        string clientId, JsonObject asked, string? token, Caller caller, CancellationToken cancellationToken)
    {
        if (await WaitAsync(caller) is { } wait) return wait;
        if (await FindAsync(clientId, token, caller, cancellationToken) is not var (row, state))
        {
            return new RegistrationResult.Unauthorized(token is not null);
        }
        if (FaultOf(asked, row) is { } fault) return new RegistrationResult.Refused(MetadataProblem.InvalidMetadata, fault);
        var (statement, unfit) = await statements.ApplyAsync(asked, cancellationToken);
        if (unfit is not null) return unfit;
        var (metadata, problems) = RegistrationRules.Read(asked, options, profiles, mtls);
        if (problems.IsEmpty && await sectors.FaultOfAsync(
            metadata, Vouching.IsFor(state.By, statement, metadata.Json), cancellationToken) is { } sector)
        {
            problems = [sector];
        }
        if (RegistrationFaults.Of(problems) is { } refused) return refused;
        // Also where registration was open when it came, and takes an initial access token today.
        if (state.By == RegistrationState.Open && metadata.GrantTypes.Contains(GrantNames.Ciba))
        {
            return new RegistrationResult.Refused(
                MetadataProblem.InvalidMetadata, "grant_types: CIBA is for clients that somebody has let in");
        }

        var (before, next, now) = (row.Properties, RegistrationState.NewToken(), time.GetUtcNow().UtcDateTime);
        var formerSector = RegisteredClient.Of(row).Sector;
        var needsSecret = ClientAuthMethods.UsesSecret(metadata.TokenEndpointAuthMethod);
        var secret = needsSecret && row.ClientSecret is null ? ClientSecrets.Generate() : null;
        ClientRegistration.Replace(row, metadata);
        row.ClientSecret = secret is not null ? secrets.Digest(secret) : needsSecret ? row.ClientSecret : null;
        row.Properties = Written(state);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Whoever comes second waits here, and finds another text: its token has ended, or UnusedClientJob has noted a use meanwhile.
        while (await SwapAsync(row, before, cancellationToken) == 0)
        {
            before = await db.Clients.Where(c => c.Id == row.Id).Select(c => c.Properties).FirstOrDefaultAsync(cancellationToken);
            if (RegistrationState.Read(before) is not { } current || !current.IsOf(token!))
            {
                return new RegistrationResult.Unauthorized(Presented: true);
            }
            row.Properties = Written(current);
        }

        var tracked = await db.Clients.FirstAsync(c => c.Id == row.Id, cancellationToken);
        ClientColumns.CopyRegistration(row, tracked);
        (tracked.ClientSecret, tracked.ConcurrencyToken) = (row.ClientSecret, row.ConcurrencyToken);
        AuditTrail.Record(db, now, AuditKinds.ClientChanged, caller, clientId: clientId, detail: "registration");
        await db.SaveChangesAsync(cancellationToken);
        if (RegisteredClient.Of(row).Sector != formerSector) await EndAccessAsync(row.Id, clientId, caller, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        clients.Forget(clientId);
        origins.Forget();
        return new RegistrationResult.Registered(clientId, state.RegisteredAt, metadata.Json, next, secret, IsNew: false)
        {
            Statement = statement,
        };

        string Written(RegistrationState of) =>
            (of with { TokenHash = RegistrationState.HashOf(next), Statement = statement }).Write(metadata.Json);
    }

    private Task<int> SwapAsync(Client row, string? before, CancellationToken cancellationToken) =>
        db.Clients.Where(c => c.Id == row.Id && c.Properties == before)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Properties, row.Properties), cancellationToken);

    // OpenID Connect Core 8.1: people came to another sector, and what they allowed there must not tell by which name this one knows them.
    private async Task EndAccessAsync(Guid id, string clientId, Caller caller, CancellationToken cancellationToken)
    {
        // In the order of ConnectedApps: whoever redeems a code holds it while they wait for a session.
        await db.Tokens.Where(t => t.Application!.Id == id).ExecuteDeleteAsync(cancellationToken);
        await db.PendingAuthorizations.Where(p => p.ClientRowId == id).ExecuteDeleteAsync(cancellationToken);
        await ending.EndAllOfClientAsync(clientId, EndReason.SectorChanged, caller, cancellationToken);
        // A logout token that is still to be sent would say both: its sid is of the former sector, and its sub would be of this one.
        await db.LogoutNotices.Where(n => n.ClientId == clientId && n.SigningAlg != LogoutNotice.OfRequest)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.UserId, (Guid?)null), cancellationToken);
    }

    public async Task<RegistrationResult> DeleteAsync(string clientId, string? token, Caller caller, CancellationToken cancellationToken)
    {
        if (await WaitAsync(caller) is { } wait) return wait;
        if (await FindAsync(clientId, token, caller, cancellationToken) is null)
        {
            return new RegistrationResult.Unauthorized(token is not null);
        }
        await deletion.DeleteAsync(clientId, "registration", cancellationToken);
        clients.Forget(clientId);
        origins.Forget();
        return new RegistrationResult.Deleted();
    }

    private async ValueTask<RegistrationResult.Wait?> WaitAsync(Caller caller)
    {
        if (await throttle.TakeUseAsync(caller.Address) is not { } wait) return null;
        refusals.Record(RefusalKinds.RegistrationThrottled, caller);
        return new(wait);
    }

    // RFC 7592 section 2: also for a client that is not there, or that an operator has registered, the answer is 401.
    private async Task<(Client Row, RegistrationState State)?> FindAsync(
        string clientId, string? token, Caller caller, CancellationToken cancellationToken)
    {
        if (token is null || !ClientRegistration.IsValidClientId(clientId)) return null;
        var row = await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == clientId, cancellationToken);
        if (row is not null && RegistrationState.Read(row.Properties) is { } state && state.IsOf(token)) return (row, state);
        refusals.Record(RefusalKinds.ForgedBearer, caller);
        return null;
    }

    private string? FaultOf(JsonObject asked, Client row)
    {
        if (OfServer.FirstOrDefault(asked.ContainsKey) is { } member) return $"{member} must be left out (RFC 7592 section 2.2)";
        if (TextOf(asked["client_id"]) != row.ClientId) return "client_id must be that of the client (RFC 7592 section 2.2)";
        if (!asked.ContainsKey("client_secret")) return null;
        // Section 2.2 again: it says the present one; it cannot be chosen.
        return TextOf(asked["client_secret"]) is { } secret && row.ClientSecret is { } stored && secrets.Verify(secret, stored)
            ? null : "client_secret is not the one of the client";
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject MetadataOf(Client row) =>
        JsonNode.Parse(ClientColumns.ReadMetadata(row.Properties).GetRawText())!.AsObject();
}
