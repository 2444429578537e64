using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol.BackchannelLogout;

/// <summary>What an operator does with the logout notices.</summary>
public sealed class LogoutNoticeView(AuthDbContext db, TimeProvider time)
{
    /// <summary>How long a notice is tried that an operator sends once more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <returns>Those that wait or were given up, the newest first.</returns>
    public Task<List<LogoutNotice>> ListAsync(int most, CancellationToken cancellationToken) =>
        db.LogoutNotices.AsNoTracking().Where(n => n.SigningAlg != LogoutNotice.OfRequest)
            .OrderByDescending(n => n.CreatedAt).Take(most).ToListAsync(cancellationToken);

    /// <summary>Sends notices that were given up once more: now.</summary>
    /// <param name="id">Null: all that were given up.</param>
    /// <returns>How many.</returns>
    public Task<int> RetryAsync(Guid? id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        // The number of attempts goes on: it tells whose attempt a note is of.
        return db.LogoutNotices.Where(n => n.State == LogoutNoticeState.Failed && (id == null || n.Id == id)).ExecuteUpdateAsync(
            set => set.SetProperty(n => n.State, LogoutNoticeState.Waiting).SetProperty(n => n.NextAttemptAt, now)
                .SetProperty(n => n.ExpiresAt, now + Patience).SetProperty(n => n.EndedAt, (DateTime?)null),
            cancellationToken);
    }
}
