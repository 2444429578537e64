using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using AuthServer.Data.Sql;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>What a person has allowed an app, until they take it back.</summary>
public sealed record StoredConsent(Guid Id, ImmutableArray<string> Scopes);

/// <summary>Reads and writes consents: permanent rows of <c>authorizations</c>.</summary>
public sealed class Consents(AuthDbContext db, SqlRunner sql, TimeProvider time)
{
    // As Of() below asks.
    private const string FindSql =
        """
        SELECT id, scopes FROM authorizations
        WHERE subject = @subject AND application_id = @client AND type = @type AND status = @valid ORDER BY id LIMIT 1
        """;

    public async Task<StoredConsent?> FindAsync(Guid userId, Guid clientRowId, CancellationToken cancellationToken)
    {
        var subject = userId.ToString();
        return await sql.FirstAsync(
            FindSql,
            values => values.Add("subject", subject).Add("client", clientRowId).Add("type", AuthorizationTypes.Permanent).Add("valid", Statuses.Valid),
            static row => new StoredConsent(row.GetGuid(0), ClientColumns.ReadList(row.Text(1))), cancellationToken);
    }

    /// <summary>Adds the scopes to what was allowed before.</summary>
    public async Task GiveAsync(
        Guid userId, Guid clientRowId, string clientId, IEnumerable<string> scopes, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var row = await Of(userId, clientRowId).FirstOrDefaultAsync(cancellationToken);
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
            db.Authorizations.Add(row).Property("ApplicationId").CurrentValue = clientRowId;
        }

        var allowed = ClientColumns.ReadList(row.Scopes).Union(scopes).ToArray();
        row.Scopes = JsonSerializer.Serialize(allowed);
        AuditTrail.Record(db, now, AuditKinds.ConsentGiven, caller, userId, userId, clientId, detail: Shorten(string.Join(' ', allowed)));
        await db.SaveChangesAsync(cancellationToken);
    }

    private IQueryable<Data.Entities.Authorization> Of(Guid userId, Guid clientRowId)
    {
        var subject = userId.ToString();
        return db.Authorizations.Where(a => a.Subject == subject && EF.Property<Guid?>(a, "ApplicationId") == clientRowId
            && a.Type == AuthorizationTypes.Permanent && a.Status == Statuses.Valid).OrderBy(a => a.Id);
    }

    private static string Shorten(string text) => text.Length <= 255 ? text : text[..255];
}
