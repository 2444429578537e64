using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>Makes room for one more client that nobody has let in: the rows of such clients are bounded.</summary>
/// <remarks>A client with a session or a code stays; those of one person are bounded (<see cref="SessionLimit"/>).</remarks>
public sealed class RoomForClients(
    AuthDbContext db, ClientDeletion deletion, ClientDirectory clients, ClientDocumentOptions documents,
    ClientRegistrationOptions registration, TimeProvider time)
{
    /// <summary>How long a client that has registered itself keeps its place until it is used for the first time.</summary>
    public static readonly TimeSpan Untouched = TimeSpan.FromHours(1);

    /// <summary>For the row of a client that a document describes.</summary>
    /// <remarks>
    /// A consent alone holds no place, because it is no use (<see cref="ClientUses"/>): whoever has given it is asked again.
    /// </remarks>
    /// <returns>False when every place is in use.</returns>
    public async Task<bool> ForDocumentAsync(string clientId, CancellationToken cancellationToken)
    {
        // Rows for devices alone have a bound of their own, and one may be that of this very client.
        var described = db.Clients.Where(
            c => c.Properties!.Contains(ClientColumns.DocumentMark) && c.Properties.Contains(DocumentState.KeptMark));
        var host = "https://" + new Uri(clientId).IdnHost;
        var (atRoot, atPort) = (host + "/", host + ":");
        var ofHost = described.Where(c => c.ClientId!.StartsWith(atRoot) || c.ClientId.StartsWith(atPort));
        foreach (var (rows, most) in new[] { (ofHost, documents.MostOfHost), (described, documents.Most) })
        {
            if (await rows.CountAsync(cancellationToken) < most) continue;
            // Allowed by nobody any more first, then what was allowed longest ago.
            var least = await rows.Unused(db).OrderBy(c => db.Authorizations.Any(a => a.Application!.Id == c.Id))
                .ThenBy(c => db.Authorizations.Where(a => a.Application!.Id == c.Id).Max(a => a.CreationDate)).ThenBy(c => c.Id)
                .Select(c => c.ClientId).FirstOrDefaultAsync(cancellationToken);
            if (least is null) return false;
            await ForgetAsync(least, cancellationToken);
        }

        return true;
    }

    /// <summary>For a client that registers itself where everybody may.</summary>
    /// <returns>False when every place is in use, or was taken a short time ago.</returns>
    public async Task<bool> ForRegistrationAsync(CancellationToken cancellationToken)
    {
        // Of those alone that nobody has let in: with initial access tokens nobody takes their places.
        var open = db.Clients.Where(
            c => c.Properties!.Contains(ClientColumns.RegistrationMark) && c.Properties.Contains(RegistrationState.OpenMark));
        if (await open.CountAsync(cancellationToken) < registration.Most) return true;
        // Ids are in the order of time.
        var oldest = await open.Unused(db).Where(c => !db.Authorizations.Any(a => a.Application!.Id == c.Id))
            .OrderBy(c => c.Id).Select(c => new { c.ClientId, c.Properties }).FirstOrDefaultAsync(cancellationToken);
        if (oldest is null || RegistrationState.Read(oldest.Properties) is not { UsedAt: null } state
            || state.RegisteredAt > time.GetUtcNow().UtcDateTime - Untouched)
        {
            return false;
        }

        await ForgetAsync(oldest.ClientId!, cancellationToken);
        return true;
    }

    // Where somebody else has deleted it meanwhile, there is room too.
    private async Task ForgetAsync(string clientId, CancellationToken cancellationToken)
    {
        await deletion.DeleteAsync(clientId, "room for another", cancellationToken);
        clients.Forget(clientId);
    }
}
