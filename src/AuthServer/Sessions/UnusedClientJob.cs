using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace AuthServer.Sessions;

/// <summary>Deletes clients that have registered or described themselves and that nobody has used since.</summary>
[DisallowConcurrentExecution]
public sealed partial class UnusedClientJob(
    AuthDbContext db, ClientDeletion deletion, ClientDirectory clients, ClientRegistrationOptions options, TimeProvider time,
    ILogger<UnusedClientJob> log) : IJob
{
    // One run deletes no more than this; the next one goes on.
    private const int Most = 500;

    private static readonly TimeSpan Noted = TimeSpan.FromDays(1);

    public Task Execute(IJobExecutionContext context) => RunAsync(context.CancellationToken);

    /// <remarks>
    /// A session or a code is a use. A consent alone is none: one stranger could keep a place of open registration for ever by it.
    /// </remarks>
    /// <returns>How many were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await NoteUsesAsync(now, cancellationToken);
        var before = now - options.Unused;
        var idle = await Registered
            .Where(c => !db.Sessions.Any(s => s.ClientId == c.ClientId) && !db.Tokens.Any(t => t.Application!.Id == c.Id))
            .OrderBy(c => c.Id).Select(c => new { c.ClientId, c.Properties }).ToListAsync(cancellationToken);
        var deleted = 0;
        foreach (var client in idle.Where(c => LastUseOf(c.Properties) < before).Take(Most))
        {
            if (await deletion.DeleteAsync(client.ClientId!, "unused registration", cancellationToken) is null) continue;
            clients.Forget(client.ClientId!);
            deleted++;
        }

        if (deleted > 0) LogDeleted(log, deleted);
        return deleted;
    }

    private IQueryable<Client> Registered => db.Clients.AsNoTracking().Where(
        c => c.Properties!.Contains(ClientColumns.RegistrationMark) || c.Properties!.Contains(ClientColumns.DocumentMark));

    private static DateTime? LastUseOf(string? properties) =>
        RegistrationState.Read(properties) is { } registered ? registered.UsedAt ?? registered.RegisteredAt
        : ClientColumns.ReadDocument(properties) is { } document ? document.UsedAt ?? document.KeptAt
        : null;

    // At most once a day for each. Codes stay known for an hour, so a run in each hour sees every use. Where an earlier version has noted
    // none, a consent says that there was one.
    private async Task NoteUsesAsync(DateTime now, CancellationToken cancellationToken)
    {
        var used = await Registered.Where(c => db.Sessions.Any(s => s.ClientId == c.ClientId)
            || db.Tokens.Any(t => t.Application!.Id == c.Id)
            || (!c.Properties!.Contains(RegistrationState.UsedMark) && db.Authorizations.Any(a => a.Application!.Id == c.Id)))
            .Select(c => new { c.Id, c.Properties }).ToListAsync(cancellationToken);
        foreach (var client in used)
        {
            if (Used(client.Properties, now) is not { } properties) continue;
            // Another text: the client has just changed its registration, and is noted the next time.
            await db.Clients.Where(c => c.Id == client.Id && c.Properties == client.Properties)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Properties, properties), cancellationToken);
        }
    }

    // Null where a use was noted a short time ago.
    private static string? Used(string? properties, DateTime now)
    {
        var metadata = JsonNode.Parse(ClientColumns.ReadMetadata(properties).GetRawText())!.AsObject();
        if (RegistrationState.Read(properties) is { } registered)
        {
            return registered.UsedAt > now - Noted ? null : (registered with { UsedAt = now }).Write(metadata);
        }

        return ClientColumns.ReadDocument(properties) is { } document && !(document.UsedAt > now - Noted)
            ? ClientColumns.WriteDocument(metadata, document with { UsedAt = now }) : null;
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Deleted {Count} clients that had registered or described themselves and were not used.")]
    private static partial void LogDeleted(ILogger logger, int count);
}
