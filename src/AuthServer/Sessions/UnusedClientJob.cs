using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace AuthServer.Sessions;

/// <summary>Deletes clients that have registered themselves and that nobody has used since.</summary>
[DisallowConcurrentExecution]
public sealed partial class UnusedClientJob(
    AuthDbContext db, ClientDeletion deletion, ClientDirectory clients, ClientRegistrationOptions options, TimeProvider time,
    ILogger<UnusedClientJob> log) : IJob
{
    // One run deletes no more than this; the next one goes on.
    private const int Most = 500;

    public Task Execute(IJobExecutionContext context) => RunAsync(context.CancellationToken);

    /// <returns>How many were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().UtcDateTime - options.Unused;
        // A person who has used it has left a consent, a code or a session.
        var unused = await db.Clients.AsNoTracking()
            .Where(c => c.Properties!.Contains(ClientColumns.RegistrationMark) && !db.Sessions.Any(s => s.ClientId == c.ClientId)
                && !db.Authorizations.Any(a => a.Application!.Id == c.Id) && !db.Tokens.Any(t => t.Application!.Id == c.Id))
            .OrderBy(c => c.Id).Select(c => new { c.ClientId, c.Properties }).Take(Most).ToListAsync(cancellationToken);
        var deleted = 0;
        foreach (var client in unused.Where(c => RegistrationState.Read(c.Properties) is { } state && state.RegisteredAt < before))
        {
            if (await deletion.DeleteAsync(client.ClientId!, "unused registration", cancellationToken) is null) continue;
            clients.Forget(client.ClientId!);
            deleted++;
        }

        if (deleted > 0) LogDeleted(log, deleted);
        return deleted;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Count} clients that had registered themselves and were not used.")]
    private static partial void LogDeleted(ILogger logger, int count);
}
