using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users.Profile;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>What a person has allowed an app, until they take it back.</summary>
/// <param name="Claims">Allowed one by one, beside those that the scopes include.</param>
/// <param name="Resources">The APIs that the scopes were allowed for.</param>
public sealed record StoredConsent(Guid Id, ImmutableArray<string> Scopes, ImmutableArray<string> Claims, ImmutableArray<string> Resources)
{
    /// <summary>UTC; null: when the person takes it back. No session that comes of it lasts longer.</summary>
    public DateTime? Ends { get; init; }

    /// <summary>Where the person has seen it return to (<see cref="RedirectUris.PlaceOf"/>).</summary>
    public ImmutableArray<string> Places { get; init; } = [];

    /// <summary>Whether nothing in it is new to the person.</summary>
    public bool Covers(Disclosure disclosure)
    {
        return disclosure.Scopes.All(Scopes.Contains) && disclosure.Resources.All(Resources.Contains)
            && disclosure.SingleClaims.All(claim => Claims.Contains(claim) || Scopes.Contains(StandardClaims.ScopeOf(claim)!));
    }
}

/// <summary>What became of an approval.</summary>
public enum ConsentOutcome
{
    Given,

    /// <summary>The client's row is gone, which the directory has then forgotten: ask the person again.</summary>
    ClientGone,

    /// <summary>There are as many clients that describe themselves as there may be.</summary>
    NoRoom,
}

/// <summary>What the consent page showed when the person pressed Allow.</summary>
public sealed record ConsentGiven(ImmutableArray<string> Scopes, ImmutableArray<string> Claims, ImmutableArray<string> Resources)
{
    /// <summary>Where the answer goes (<see cref="RedirectUris.PlaceOf"/>); null: nowhere.</summary>
    public string? Place { get; init; }
}

/// <summary>Reads and writes consents: permanent rows of <c>authorizations</c>.</summary>
public sealed class ConsentStore(
    AuthDbContext db, SqlRunner sql, ClientDirectory clients, ClientRegistrationOptions registration, DocumentRows documents,
    RoomForClients room, TimeProvider time)
{
    // As Of() below asks.
    private const string FindSql =
        """
        SELECT id, scopes, properties FROM authorizations
        WHERE subject = @subject AND application_id = @client AND type = @type AND status = @valid ORDER BY id LIMIT 1
        """;

    /// <returns>Null also when it has ended.</returns>
    public async Task<StoredConsent?> FindAsync(Guid userId, Guid clientRowId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(userId, clientRowId, cancellationToken);
        return found?.Ends <= time.GetUtcNow().UtcDateTime ? null : found;
    }

    /// <summary>Whether the person knows the app: they have allowed it something and not taken it back; it may have ended.</summary>
    public async Task<bool> HasKnownAsync(Guid userId, Guid clientRowId, CancellationToken cancellationToken) =>
        await ReadAsync(userId, clientRowId, cancellationToken) is not null;

    /// <summary>
    /// Adds to what was allowed before; what ends by itself it replaces, because the page has shown the new end for this alone.
    /// </summary>
    public async Task<ConsentOutcome> GiveAsync(
        Guid userId, RegisteredClient client, ConsentGiven given, Caller caller, CancellationToken cancellationToken)
    {
        if (!client.IsKept && !await room.ForDocumentAsync(client.ClientId, cancellationToken)) return ConsentOutcome.NoRoom;
        if (!await documents.KeepAsync(client, caller, cancellationToken)) return ConsentOutcome.ClientGone;
        var (now, clientId) = (time.GetUtcNow().UtcDateTime, client.ClientId);
        var row = await Of(userId, client.Id).FirstOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            row = new Data.Entities.Authorization
            {
                Id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)),
                Subject = userId.ToString(),
                Type = AuthorizationTypes.Permanent,
                Status = Statuses.Valid,
                CreationDate = now,
            };
            db.Authorizations.Add(row).Property("ApplicationId").CurrentValue = client.Id;
        }

        var ends = registration.EndOfConsent(client, now);
        var known = Read(row.Id, row.Scopes, row.Properties);
        var before = ends is null ? known : new StoredConsent(row.Id, [], [], []);
        var scopes = before.Scopes.Union(given.Scopes).ToArray();
        row.Scopes = JsonSerializer.Serialize(scopes);
        row.Properties = ConsentColumns.Properties(
            before.Claims.Union(given.Claims), before.Resources.Union(given.Resources), ends, PlacesOf(known, given, now));
        var detail = string.Join(' ', scopes.Concat(given.Claims.Select(claim => "claim:" + claim)));
        AuditTrail.Record(db, now, AuditKinds.ConsentGiven, caller, userId, userId, clientId, detail: Shorten(detail));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return ConsentOutcome.Given;
        }
        catch (DbUpdateException e) when (MissingReference.IsReasonOf(e))
        {
            clients.Forget(clientId);
            return ConsentOutcome.ClientGone;
        }
    }

    // A place keeps what the person allowed there, and gets nothing that they have allowed at another one since, or after it had ended.
    private static IEnumerable<string> PlacesOf(StoredConsent known, ConsentGiven given, DateTime now)
    {
        var standing = !(known.Ends <= now) && !given.Scopes.Except(known.Scopes).Any() && !given.Claims.Except(known.Claims).Any()
            && !given.Resources.Except(known.Resources).Any();
        IEnumerable<string> places = standing ? known.Places : [];
        return given.Place is { } place ? places.Union([place]) : places;
    }

    private IQueryable<Data.Entities.Authorization> Of(Guid userId, Guid clientRowId)
    {
        var subject = userId.ToString();
        return db.Authorizations.Where(a => a.Subject == subject && EF.Property<Guid?>(a, "ApplicationId") == clientRowId
            && a.Type == AuthorizationTypes.Permanent && a.Status == Statuses.Valid).OrderBy(a => a.Id);
    }

    private async Task<StoredConsent?> ReadAsync(Guid userId, Guid clientRowId, CancellationToken cancellationToken)
    {
        var subject = userId.ToString();
        return await sql.FirstAsync(
            FindSql,
            values =>
                values.Add("subject", subject).Add("client", clientRowId).Add("type", AuthorizationTypes.Permanent)
                    .Add("valid", Statuses.Valid),
            static row => Read(row.GetGuid(0), row.Text(1), row.Text(2)), cancellationToken);
    }

    private static StoredConsent Read(Guid id, string? scopes, string? properties)
    {
        var allowed = ConsentColumns.Read(scopes, properties);
        return new(id, allowed.Scopes, allowed.Claims, allowed.Resources) { Ends = allowed.Ends, Places = allowed.Places };
    }

    private static string Shorten(string text) => text.Length <= 255 ? text : text[..255];
}
