using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using AuthServer.Data.Starting;
using AuthServer.Doctor;
using Npgsql;

namespace AuthServer.Data.Checks;

/// <summary>Whether the database can be asked at all: found out once for all checks, because a timeout is long.</summary>
public sealed class DatabaseReach(SqlRunner sql, DatabaseOptions options, EmbeddedFile? file = null)
{
    /// <summary>Why a check has none of this class.</summary>
    public const string Absent = "there is no database yet, or a setting that it needs is refused";

    private Task<(Finding? Fault, IReadOnlyList<string> Applied)>? _asked;

    public SqlRunner Sql { get; } = sql;

    /// <returns>Null: it answers, and its schema may be read.</returns>
    public async Task<Finding?> FaultAsync() => (await (_asked ??= AskAsync())).Fault;

    /// <summary>For a check that asks the database about itself.</summary>
    /// <returns>How to ask; null with why the check is skipped.</returns>
    public static async Task<(SqlRunner? Sql, Finding? Skipped)> OfServerAsync(DatabaseReach? reach) =>
        reach is null ? (null, Finding.Skipped(Absent))
        : await reach.FaultAsync() is not null ? (null, Finding.Skipped("the database cannot be asked"))
        : (reach.Sql, null);

    /// <summary>For a check that reads tables, which are those of this version.</summary>
    /// <inheritdoc cref="OfServerAsync"/>
    public static async Task<(SqlRunner? Sql, Finding? Skipped)> OfTablesAsync(DatabaseReach? reach) =>
        await OfServerAsync(reach) is (null, var skipped) ? (null, skipped)
        : (await reach!.MigrationsAsync()).Pending.Count > 0 ? (null, Finding.Skipped("the schema is not that of this version"))
        : (reach.Sql, null);

    public async Task<(IReadOnlyList<string> Pending, IReadOnlyList<string> Unknown)> MigrationsAsync()
    {
        var (_, applied) = await (_asked ??= AskAsync());
        var known = MigrationNames.Of(options);
        return ([.. known.Except(applied)], [.. applied.Except(known)]);
    }

    private async Task<(Finding? Fault, IReadOnlyList<string> Applied)> AskAsync()
    {
        if (file?.State() == FileState.Absent)
            return (Finding.Skipped($"{file.Path} is not there yet; the first start of the server makes it"), []);
        try
        {
            return file is not null && file.Refusal(file.State()) is { } refused
                ? (Wrong(refused), [])
                : (null, await MigrationNames.AppliedAsync(Sql, CancellationToken.None));
        }
        catch (StartRefusedException refused)
        {
            return (Wrong(refused), []);
        }
        catch (NpgsqlException e) when (options.Postgres is { } postgres)
        {
            var found = Sentence.Wrong(ConnectionFailure.Of(e, postgres) ?? e.Message, "look at the log of the database");
            return (found with { What = $"{found.What} ({PostgresUrl.Address(postgres)})" }, []);
        }
        catch (DbException e)
        {
            return (Finding.Wrong(e.Message, DatabaseFault.Of(e)?.Cure ?? "look at the log of the server"), []);
        }
    }

    private static Finding Wrong(StartRefusedException refused) => Sentence.Wrong(refused.Reasons[0], "start the server, which says more");
}
