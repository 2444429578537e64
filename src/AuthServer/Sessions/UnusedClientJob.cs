using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace AuthServer.Sessions;

/// <summary>Deletes clients that have registered or described themselves and that nobody has used since.</summary>
[DisallowConcurrentExecution]
public sealed partial class UnusedClientJob(
    AuthDbContext db, ClientDeletion deletion, ClientDirectory clients, DocumentRows documents, ClientRegistrationOptions options,
    TimeProvider time, ILogger<UnusedClientJob> log) : IJob
{
    // One run deletes no more than this; the next one goes on.
    private const int Most = 500;

    internal const int BatchSize = 200;

    private static readonly TimeSpan Noted = TimeSpan.FromDays(1);

    public Task Execute(IJobExecutionContext context) => RunAsync(context.CancellationToken);

    /// <returns>How many were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await documents.PurgeAskedAsync(cancellationToken);
        await NoteUsesAsync(now, cancellationToken);
        var (before, deleted) = (now - options.Unused, 0);
        await foreach (var client in InBatchesAsync(Registered.Unused(db), cancellationToken))
        {
            if (!(LastUseOf(client.Properties) < before)) continue;
            if (!await deletion.DeleteUnusedAsync(client.ClientId!, "unused registration", cancellationToken)) continue;
            clients.Forget(client.ClientId!);
            if (++deleted == Most) break;
        }

        if (deleted > 0) LogDeleted(log, deleted);
        return deleted;
    }

    private IQueryable<Client> Registered => db.Clients.AsNoTracking().Where(
        c => c.Properties!.Contains(ClientColumns.RegistrationMark) || c.Properties!.Contains(ClientColumns.DocumentMark));

    // With open registration there may be a million, so no run holds more than a batch of them. A row is deleted or changed only after its
    // batch has been read, and ids do not change.
    private async IAsyncEnumerable<Client> InBatchesAsync(
        IQueryable<Client> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (count, last) = (BatchSize, Guid.Empty);
        while (count == BatchSize)
        {
            var after = last;
            var batch = await rows.Where(c => c.Id > after).OrderBy(c => c.Id).Take(BatchSize)
                .Select(c => new Client { Id = c.Id, ClientId = c.ClientId, Properties = c.Properties }).ToListAsync(cancellationToken);
            foreach (var row in batch) yield return row;
            (count, last) = (batch.Count, batch.Count == 0 ? last : batch[^1].Id);
            // Audit rows of what was deleted.
            db.ChangeTracker.Clear();
        }
    }

    private static DateTime? LastUseOf(string? properties) =>
        RegistrationState.Read(properties) is { } registered ? registered.UsedAt ?? registered.RegisteredAt
        : ClientColumns.ReadDocument(properties) is { } document ? document.UsedAt ?? document.KeptAt
        : null;

    // At most once a day for each. Codes stay known for an hour, so a run in each hour sees every use.
    private async Task NoteUsesAsync(DateTime now, CancellationToken cancellationToken)
    {
        await foreach (var client in InBatchesAsync(Registered.Used(db), cancellationToken))
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
