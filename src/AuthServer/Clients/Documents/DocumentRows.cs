using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients.Documents;

/// <summary>Writes the row of a client that a document describes, when a person first allows it something.</summary>
/// <remarks>
/// Not before, because whoever names an address would fill the table: but for the request of a device, which refers to a row. That one
/// counts as no row of the client, there are at most so many, and they go with the requests.
/// </remarks>
public sealed class DocumentRows(AuthDbContext db, ClientDirectory clients, ClientOrigins origins, TimeProvider time)
{
    /// <summary>Of clients that devices ask with and nobody has allowed anything.</summary>
    internal const int MostAsked = 1000;

    /// <summary>Of one host, and of one network that asks: nobody alone uses up what is for all.</summary>
    internal const int MostAskedOfOne = MostAsked / 10;

    // The first of them may be asked for again before it goes.
    private const int Candidates = 5;

    /// <summary>Longer than such a request lives.</summary>
    private static readonly TimeSpan LifeOfAsked = TimeSpan.FromHours(1);

    /// <summary>Makes sure that the request of a device can refer to a row.</summary>
    /// <returns>False when too many other clients have such rows at the moment.</returns>
    public async Task<bool> AskAsync(RegisteredClient client, CancellationToken cancellationToken)
    {
        if (client.IsKept || await db.Clients.AnyAsync(c => c.Id == client.Id, cancellationToken)) return true;
        var (now, network) = (time.GetUtcNow().UtcDateTime, AskingAddress.Network);
        if (!await MakeRoomAsync(client.ClientId, network, cancellationToken)) return false;
        if (await RowOfAsync(client, state => state with { AskedAt = now, AskedFrom = network }, cancellationToken) is { } row)
        {
            await InsertAsync(row, cancellationToken);
        }
        return true;
    }

    /// <summary>Deletes the rows whose requests are over.</summary>
    public async Task<int> PurgeAskedAsync(CancellationToken cancellationToken)
    {
        var before = DocumentState.AskedText(time.GetUtcNow().UtcDateTime - LifeOfAsked);
#pragma warning disable CA1309 // The database compares, and the times have one form.
        var asked = await Asked.AsNoTracking()
            .Where(c => string.Compare(
                c.Properties!.Substring(c.Properties.IndexOf(DocumentState.AskedMark), DocumentState.AskedLength), before) < 0)
#pragma warning restore CA1309
            .Select(c => new { c.Id, c.Properties }).ToListAsync(cancellationToken);
        var over = asked.Where(c => IsAsked(c.Properties)).Select(c => c.Id).ToList();
        return over.Count == 0 ? 0 : await ForgetAsync(over, cancellationToken);
    }

    /// <summary>Makes sure that there is a row; the record of it is saved with what the caller saves next.</summary>
    /// <returns>False when there is no such client any more.</returns>
    public async Task<bool> KeepAsync(RegisteredClient client, Caller caller, CancellationToken cancellationToken)
    {
        if (client.IsKept) return true;
        var now = time.GetUtcNow().UtcDateTime;
        if (await RowOfAsync(client, state => state with { KeptAt = now }, cancellationToken) is not { } row) return false;
        // Two people may allow it at the same moment: one row is the client of both. One of a device becomes a row like every other.
        var written = await InsertAsync(row, cancellationToken);
        if (written == 0) written = await FillAskedAsync(row, cancellationToken);
        if (written > 0) AuditTrail.Record(db, now, AuditKinds.ClientCreated, caller, clientId: client.ClientId, detail: "document");
        clients.Forget(client.ClientId);
        // A page of the app asks the token endpoint next.
        origins.Forget();
        return true;
    }

    private IQueryable<Client> Asked => db.Clients.Where(c => c.Properties!.Contains(DocumentState.AskedMark));

    // What was asked longest ago, and whose request is over, goes first.
    private async Task<bool> MakeRoomAsync(string clientId, string? network, CancellationToken cancellationToken)
    {
        List<(IQueryable<Client> Rows, int Most)> shares = [(Asked.OfHostOf(clientId), MostAskedOfOne), (Asked, MostAsked)];
        if (network is not null)
        {
            var mark = DocumentState.AskerMark(network);
            shares.Insert(0, (Asked.Where(c => c.Properties!.Contains(mark)), MostAskedOfOne));
        }

        foreach (var (rows, most) in shares)
        {
            if (await rows.CountAsync(cancellationToken) >= most && !await ForgetOneAsync(rows, cancellationToken)) return false;
        }

        return true;
    }

    private async Task<bool> ForgetOneAsync(IQueryable<Client> rows, CancellationToken cancellationToken)
    {
        var over = await rows.AsNoTracking().Where(c => !db.PendingAuthorizations.Any(p => p.ClientRowId == c.Id))
            .OrderBy(c => c.Properties!.Substring(c.Properties.IndexOf(DocumentState.AskedMark), DocumentState.AskedLength))
            .Take(Candidates).Select(c => new { c.Id, c.Properties }).ToListAsync(cancellationToken);
        foreach (var row in over.Where(c => IsAsked(c.Properties)))
        {
            if (await ForgetAsync([row.Id], cancellationToken) > 0) return true;
        }

        return false;
    }

    // Once more by the mark: somebody may have allowed it something meanwhile.
    private Task<int> ForgetAsync(IReadOnlyList<Guid> rows, CancellationToken cancellationToken) => Asked
        .Where(c => rows.Contains(c.Id) && !db.PendingAuthorizations.Any(p => p.ClientRowId == c.Id))
        .ExecuteDeleteAsync(cancellationToken);

    // The mark is searched in the text, and a client of the operator may have anything there.
    private static bool IsAsked(string? properties) => ClientColumns.ReadDocument(properties)?.AskedAt is not null;

    private async Task<Client?> RowOfAsync(
        RegisteredClient client, Func<DocumentState, DocumentState> change, CancellationToken cancellationToken)
    {
        if (await clients.NewEntityAsync(client.ClientId, cancellationToken) is not { } row
            || ClientColumns.ReadDocument(row.Properties) is not { } state)
        {
            return null;
        }

        var metadata = JsonNode.Parse(ClientColumns.ReadMetadata(row.Properties).GetRawText())!.AsObject();
        row.Properties = ClientColumns.WriteDocument(metadata, change(state));
        return row;
    }

    private Task<int> FillAskedAsync(Client row, CancellationToken cancellationToken) =>
        Asked.Where(c => c.Id == row.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.ClientType, row.ClientType).SetProperty(c => c.ApplicationType, row.ApplicationType)
                .SetProperty(c => c.ConsentType, row.ConsentType).SetProperty(c => c.DisplayName, row.DisplayName)
                .SetProperty(c => c.JsonWebKeySet, row.JsonWebKeySet).SetProperty(c => c.Permissions, row.Permissions)
                .SetProperty(c => c.Requirements, row.Requirements).SetProperty(c => c.RedirectUris, row.RedirectUris)
                .SetProperty(c => c.PostLogoutRedirectUris, row.PostLogoutRedirectUris).SetProperty(c => c.Properties, row.Properties)
                .SetProperty(c => c.ConcurrencyToken, row.ConcurrencyToken),
            cancellationToken);

    private Task<int> InsertAsync(Client row, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO clients (id, client_id, client_type, application_type, consent_type, display_name, json_web_key_set, permissions,
          requirements, redirect_uris, post_logout_redirect_uris, properties, concurrency_token)
        VALUES ({row.Id}, {row.ClientId}, {row.ClientType}, {row.ApplicationType}, {row.ConsentType}, {row.DisplayName},
          {row.JsonWebKeySet}, {row.Permissions}, {row.Requirements}, {row.RedirectUris}, {row.PostLogoutRedirectUris},
          {row.Properties}, {row.ConcurrencyToken})
        ON CONFLICT DO NOTHING
        """,
        cancellationToken);
}
