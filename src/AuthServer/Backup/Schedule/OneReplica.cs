using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;

namespace AuthServer.Backup.Schedule;

/// <summary>What only one replica does at a time.</summary>
public enum SharedAct
{
    Backup = 1,
    Drill = 2,
}

/// <summary>Lets one replica at a time make a backup or run a drill.</summary>
public sealed class OneReplica(DbDataSource source, DatabaseOptions options, DataDirectory directory)
{
    // With the number of the act.
    private const long AdvisoryKey = 0x4175746842_000000;

    /// <returns>Null: another one does it.</returns>
    public async Task<IAsyncDisposable?> TryTakeAsync(SharedAct act, CancellationToken cancellation) => options.IsEmbedded
        ? directory.TryLock(act == SharedAct.Backup ? "backup.lock" : "drill.lock")
        : await AdvisoryLock.TryTakeAsync(source, options.IsPooled, AdvisoryKey + (int)act, cancellation);
}
