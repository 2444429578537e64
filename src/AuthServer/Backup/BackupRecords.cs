using System.Data.Common;
using AuthServer.Audit;
using AuthServer.Backup.Drill;
using AuthServer.Data;
using AuthServer.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Backup;

/// <summary>Tells log, metrics and the audit trail what became of a backup or a drill.</summary>
public sealed partial class BackupRecords(
    IServiceScopeFactory scopes, AuthMeter meter, TimeProvider time, ILogger<BackupRecords> log)
{
    public async Task MadeAsync(CreatedBackup backup, string place, TimeSpan took)
    {
        var rows = backup.Tables.Sum(t => t.Rows);
        meter.BackupTook("backup", took);
        LogMade(log, backup.Name, place, rows, took.TotalSeconds);
        await WriteAsync(AuditKinds.BackupMade, $"{backup.Name}, {rows} rows");
    }

    public async Task FailedAsync(string place, string reason)
    {
        meter.BackupFailed();
        LogFailed(log, place, reason);
        await WriteAsync(AuditKinds.BackupFailed, reason);
    }

    public async Task DeletedAsync(string backup, string place)
    {
        LogDeleted(log, backup, place);
        await WriteAsync(AuditKinds.BackupDeleted, backup);
    }

    public async Task DrilledAsync(DrillRecord drill)
    {
        meter.BackupTook("drill", TimeSpan.FromSeconds(drill.Seconds));
        if (drill.Passed)
        {
            LogPassed(log, drill.Backup, drill.Rows, drill.Seconds);
            await WriteAsync(AuditKinds.BackupDrillPassed, $"{drill.Backup}, {drill.Rows} rows");
            return;
        }

        meter.DrillFailed();
        LogDrillFailed(log, drill.Backup, drill.Reason!);
        await WriteAsync(AuditKinds.BackupDrillFailed, $"{drill.Backup}: {drill.Reason}");
    }

    /// <summary>The place or the database is away, so that no backup was restored.</summary>
    /// <param name="wasDue">Otherwise there was only a look whether a drill is due.</param>
    public void NotDrilled(string reason, bool wasDue)
    {
        if (wasDue) meter.DrillFailed();
        LogNotDrilled(log, reason);
    }

    /// <summary>For a command, which has no metrics.</summary>
    public static Task AuditMadeAsync(AuthDbContext db, TimeProvider time, CreatedBackup backup) =>
        AuditAsync(db, time, AuditKinds.BackupMade, $"{backup.Name}, {backup.Tables.Sum(t => t.Rows)} rows");

    private static async Task AuditAsync(AuthDbContext db, TimeProvider time, string kind, string detail)
    {
        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, kind, Caller.System, detail: detail);
        await db.SaveChangesAsync();
    }

    // A database that is away is a reason for a failed backup, and then takes no row about it either.
    private async Task WriteAsync(string kind, string detail)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await AuditAsync(scope.ServiceProvider.GetRequiredService<AuthDbContext>(), time, kind, detail);
        }
        catch (Exception e) when (e is DbException or DbUpdateException or InvalidOperationException or TimeoutException)
        {
            LogNoAudit(log, kind, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup made: {Name} at {Place}, {Rows} rows in {Seconds:0.0} s.")]
    private static partial void LogMade(ILogger logger, string name, string place, long rows, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "No backup was made at {Place}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string place, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup deleted, as BACKUP_KEEP asks: {Name} at {Place}.")]
    private static partial void LogDeleted(ILogger logger, string name, string place);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Restore drill passed: {Name} was restored with {Rows} rows, and a person could sign in; {Seconds:0.0} s.")]
    private static partial void LogPassed(ILogger logger, string name, long rows, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Restore drill FAILED: {Name} does not bring the server back: {Reason}")]
    private static partial void LogDrillFailed(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No restore drill was run: {Reason}")]
    private static partial void LogNotDrilled(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} was not written to the audit trail: {Reason}")]
    private static partial void LogNoAudit(ILogger logger, string kind, string reason);
}
