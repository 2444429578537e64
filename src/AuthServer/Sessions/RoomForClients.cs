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
    /// <summary>What a client is told that a document describes, where there is none.</summary>
    public const string None = "This server knows as many apps that describe themselves as it may. Try again later.";

    /// <summary>How long a client that has registered itself keeps its place until it is used for the first time.</summary>
    public static readonly TimeSpan Untouched = TimeSpan.FromHours(1);

    // The first of them may be used before it goes.
    private const int Candidates = 5;

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
        foreach (var (rows, most) in new[] { (described.OfHostOf(clientId), documents.MostOfHost), (described, documents.Most) })
        {
            if (await rows.CountAsync(cancellationToken) < most) continue;
            // Allowed by nobody any more first, then what was allowed longest ago.
            var least = await rows.Unused(db).OrderBy(c => db.Authorizations.Any(a => a.Application!.Id == c.Id))
                .ThenBy(c => db.Authorizations.Where(a => a.Application!.Id == c.Id).Max(a => a.CreationDate)).ThenBy(c => c.Id)
                .Take(Candidates).Select(c => new Candidate(c.ClientId!, c.Properties)).ToListAsync(cancellationToken);
            if (!await ForgetOneAsync(least, c => ClientColumns.ReadDocument(c.Properties)?.KeptAt is not null, cancellationToken))
            {
                return false;
            }
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
        var unused = open.Unused(db);
        var never = await unused.Where(c => !c.Properties!.Contains(RegistrationState.UsedMark)).OrderBy(c => c.Id)
            .Take(Candidates).Select(c => new Candidate(c.ClientId!, c.Properties)).ToListAsync(cancellationToken);
        var young = time.GetUtcNow().UtcDateTime - Untouched;
        if (await ForgetOneAsync(
            never,
            c => RegistrationState.Read(c.Properties) is { By: RegistrationState.Open, UsedAt: null } state && state.RegisteredAt <= young,
            cancellationToken))
        {
            return true;
        }

        // Whoever has used every one for a moment would keep all others out for as long as unused ones are kept.
        var former = await unused.Where(c => c.Properties!.Contains(RegistrationState.UsedMark))
            .OrderBy(c => c.Properties!.Substring(c.Properties.IndexOf(RegistrationState.UsedMark), RegistrationState.UsedLength))
            .ThenBy(c => c.Id)
            .Take(Candidates).Select(c => new Candidate(c.ClientId!, c.Properties)).ToListAsync(cancellationToken);
        return await ForgetOneAsync(
            former, c => RegistrationState.Read(c.Properties) is { By: RegistrationState.Open, UsedAt: not null }, cancellationToken);
    }

    // A row is judged by what it says where a mark was only found in its text: no client of the operator goes. One that somebody has begun
    // to use meanwhile stays, and where somebody else has deleted it there is room too.
    private async Task<bool> ForgetOneAsync(
        IEnumerable<Candidate> candidates, Func<Candidate, bool> mayGo, CancellationToken cancellationToken)
    {
        foreach (var candidate in candidates.Where(mayGo))
        {
            if (!await deletion.DeleteUnusedAsync(candidate.ClientId, "room for another", cancellationToken)) continue;
            clients.Forget(candidate.ClientId);
            return true;
        }

        return false;
    }

    private sealed record Candidate(string ClientId, string? Properties);
}
