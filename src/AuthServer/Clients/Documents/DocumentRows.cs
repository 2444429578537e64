using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients.Documents;

/// <summary>Writes the row of a client that a document describes, when a person first allows it something.</summary>
/// <remarks>Not before: whoever names an address would fill the table.</remarks>
public sealed class DocumentRows(AuthDbContext db, ClientDirectory clients, ClientOrigins origins, TimeProvider time)
{
    /// <summary>Makes sure that there is a row; the record of it is saved with what the caller saves next.</summary>
    /// <returns>False when there is no such client any more.</returns>
    public async Task<bool> KeepAsync(RegisteredClient client, Caller caller, CancellationToken cancellationToken)
    {
        if (client.IsKept) return true;
        if (await clients.NewEntityAsync(client.ClientId, cancellationToken) is not { } row
            || ClientColumns.ReadDocument(row.Properties) is not { } state)
        {
            return false;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var metadata = JsonNode.Parse(ClientColumns.ReadMetadata(row.Properties).GetRawText())!.AsObject();
        row.Properties = ClientColumns.WriteDocument(metadata, state with { KeptAt = now });
        // Two people may allow it at the same moment: one row is the client of both.
        var written = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO clients (id, client_id, client_type, application_type, consent_type, display_name, json_web_key_set, permissions,
              requirements, redirect_uris, post_logout_redirect_uris, properties, concurrency_token)
            VALUES ({row.Id}, {row.ClientId}, {row.ClientType}, {row.ApplicationType}, {row.ConsentType}, {row.DisplayName},
              {row.JsonWebKeySet}, {row.Permissions}, {row.Requirements}, {row.RedirectUris}, {row.PostLogoutRedirectUris},
              {row.Properties}, {row.ConcurrencyToken})
            ON CONFLICT DO NOTHING
            """,
            cancellationToken);
        if (written > 0) AuditTrail.Record(db, now, AuditKinds.ClientCreated, caller, clientId: client.ClientId, detail: "document");
        clients.Forget(client.ClientId);
        // A page of the app asks the token endpoint next.
        origins.Forget();
        return true;
    }
}
