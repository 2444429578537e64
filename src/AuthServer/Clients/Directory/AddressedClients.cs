using System.Text.Json.Nodes;
using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Clients.Directory;

/// <summary>What is found under a client id that is an address.</summary>
/// <param name="IsTaken">Whether this server takes a document from there at all.</param>
/// <param name="Row">The client as its document describes it now; null where there is no document that may be used.</param>
internal readonly record struct DocumentFinding(bool IsTaken, Client? Row)
{
    /// <summary>Who may not have the document fetched at the moment, although others may; null: nobody.</summary>
    public string? RefusedTo { get; init; }
}

/// <summary>What is known under a client id that is an address.</summary>
/// <param name="Row">The row to use; null where the document may not be fetched for <paramref name="RefusedTo"/>.</param>
internal sealed record AddressedRow(Client? Row, bool IsKept, bool IsWithdrawn, string? RefusedTo = null);

/// <summary>Finds the document under a client id that is an address.</summary>
/// <param name="isKept">Whether somebody has allowed the client something: then the document may be fetched whatever strangers ask.</param>
internal delegate ValueTask<DocumentFinding> DocumentLookup(string clientId, bool isKept);

/// <summary>Clients whose id is an address: registered ones, and those that a document at this address describes.</summary>
internal sealed class AddressedClients(ClientRows rows, DocumentLookup documents)
{
    private static readonly string[] BeginningEndpoints =
    [
        Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.DeviceAuthorization,
    ];

    private static readonly string[] Addresses = [.. LogoutMetadata.Members, "initiate_login_uri", "policy_uri", "tos_uri"];

    public static bool IsAddress(string clientId) => clientId.StartsWith("https://", StringComparison.Ordinal);

    /// <returns>Null: there is no such client.</returns>
    public async Task<AddressedRow?> FindAsync(string clientId)
    {
        var kept = await rows.FindAsync(clientId, CancellationToken.None);
        var state = ClientColumns.ReadDocument(kept?.Properties);
        // Registered by an operator, or otherwise, under this id: nobody is asked about it.
        if (kept is not null && state is null) return new(kept, IsKept: true, IsWithdrawn: false);
        // A row that is there for a device alone says nothing: nobody has allowed the client anything.
        if (state?.AskedAt is not null) kept = null;
        var found = await documents(clientId, kept is not null);
        if (!found.IsTaken) return null;
        if (kept is null)
        {
            return found is { Row: null, RefusedTo: null } ? null : new(found.Row, IsKept: false, IsWithdrawn: false, found.RefusedTo);
        }

        return found.Row is { } now
            ? new(await NewerAsync(kept, state!, now), IsKept: true, IsWithdrawn: false)
            : new(Withdrawn(kept), IsKept: true, IsWithdrawn: true);
    }

    // Each replica fetches by itself, so the row may say what another one has read since.
    private async Task<Client> NewerAsync(Client kept, DocumentState state, Client now)
    {
        now.Id = kept.Id;
        var fetched = ClientColumns.ReadDocument(now.Properties)!;
        if (fetched.FetchedAt <= state.FetchedAt) return kept;
        var said = ClientColumns.ReadMetadata(now.Properties).GetRawText();
        if (ClientColumns.AreSame(kept, now) && said == ClientColumns.ReadMetadata(kept.Properties).GetRawText()) return kept;
        now.Properties = ClientColumns.WriteDocument(JsonNode.Parse(said)!.AsObject(), state with { FetchedAt = fetched.FetchedAt });
        await rows.ReplaceAsync(now, kept.ConcurrencyToken, CancellationToken.None);
        return now;
    }

    // What it has got it keeps, and can give back. It begins nothing, and neither a browser nor this server goes to addresses that nobody
    // stands for any more: whoever has the domain by now is perhaps somebody else.
    private static Client Withdrawn(Client kept)
    {
        var row = ClientColumns.Copy(kept);
        row.Permissions = ClientColumns.WriteList(ClientColumns.ReadList(kept.Permissions).Except(BeginningEndpoints));
        (row.RedirectUris, row.PostLogoutRedirectUris) = (null, null);
        var metadata = JsonNode.Parse(ClientColumns.ReadMetadata(kept.Properties).GetRawText())!.AsObject();
        foreach (var member in Addresses) metadata.Remove(member);
        row.Properties = ClientColumns.WriteDocument(metadata, ClientColumns.ReadDocument(kept.Properties)!);
        return row;
    }
}
