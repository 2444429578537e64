using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients.Directory;

/// <summary>Reads several clients at once, for lists that people look at.</summary>
public sealed class ListedClients(AuthDbContext db)
{
    /// <summary>In one statement; a client that is gone, or whose row cannot be used, is missing.</summary>
    public async Task<IReadOnlyDictionary<string, RegisteredClient>> FindAsync(
        IReadOnlyCollection<string> clientIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, RegisteredClient>(StringComparer.Ordinal);
        if (clientIds.Count == 0) return found;
        foreach (var row in await db.Clients.AsNoTracking().Where(c => clientIds.Contains(c.ClientId)).ToListAsync(cancellationToken))
        {
            if (ClientRowReader.Read(row).Client is { } client) found.Add(client.ClientId, client);
        }

        return found;
    }
}
