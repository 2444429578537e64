using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using AuthServer.Data.Starting;
using AuthServer.Doctor;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Data.Checks;

/// <summary>Whether the database can be asked at all: found out once for all checks, because a timeout is long.</summary>
public sealed class DatabaseReach(SqlRunner sql, DatabaseOptions options, EmbeddedFile? file = null)
{
    /// <summary>Why a check has none of this class.</summary>
    public const string Absent = "there is no database yet, or a setting that it needs is refused";

    // SQLITE_ERROR, which is what a statement on a missing table fails with.
    private const int NoSuchTable = 1;

    private Task<(Finding? Fault, IReadOnlyList<string> Applied)>? _asked;

    /// <returns>Null: it answers, and its schema may be read.</returns>
    public async Task<Finding?> FaultAsync() => (await (_asked ??= AskAsync())).Fault;

    /// <returns>For a check that reads tables; null: they are all there.</returns>
    public async Task<Finding?> SkipAsync()
    {
        var (fault, applied) = await (_asked ??= AskAsync());
        return fault is not null ? Finding.Skipped("the database cannot be asked")
            : Pending(applied).Count > 0 ? Finding.Skipped("the schema is not that of this version")
            : null;
    }

    public async Task<(IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)> MigrationsAsync()
    {
        var (_, applied) = await (_asked ??= AskAsync());
        return (Pending(applied), [.. applied.Except(MigrationNames.Of(options))]);
    }

    private List<string> Pending(IReadOnlyList<string> applied) => [.. MigrationNames.Of(options).Except(applied)];

    private async Task<(Finding? Fault, IReadOnlyList<string> Applied)> AskAsync()
    {
        if (file?.State() == FileState.Absent)
            return (Finding.Skipped($"{file.Path} is not there yet; the first start of the server makes it"), []);
        try
        {
            if (file is not null && file.Refusal(file.State()) is { } refused) return (Wrong(refused), []);
            return (null, await sql.ListAsync(
                "SELECT migration_id FROM \"__EFMigrationsHistory\"", SqlValues.None, row => row.GetString(0), CancellationToken.None));
        }
        catch (DbException e) when (
            e is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or SqliteException { SqliteErrorCode: NoSuchTable })
        {
            return (null, []);
        }
        catch (StartRefusedException refused)
        {
            return (Wrong(refused), []);
        }
        catch (NpgsqlException e) when (options.Postgres is { } postgres)
        {
            var why = ConnectionFailure.Of(e, postgres) ?? e.Message;
            return (Finding.Wrong(Sentence.First(why), Sentence.Rest(why) ?? "look at the log of the database"), []);
        }
        catch (DbException e)
        {
            return (Finding.Wrong(e.Message, DatabaseFault.Of(e)?.Cure ?? "look at the log of the server"), []);
        }
    }

    private static Finding Wrong(StartRefusedException refused) =>
        Finding.Wrong(Sentence.First(refused.Reasons[0]), Sentence.Rest(refused.Reasons[0]) ?? "start the server, which says more");
}
