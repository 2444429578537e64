using System.Collections.Concurrent;
using System.Data.Common;
using AuthServer.Data.Sql;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>What one or more requests asked of the database.</summary>
public sealed class SqlRecord
{
    private int _commits;

    /// <summary>The statements in their order.</summary>
    public ConcurrentQueue<string> Statements { get; } = new();

    /// <summary>Transactions, and writing statements outside of one, which commit by themselves.</summary>
    public int Commits => _commits;

    public override string ToString() => $"{Statements.Count} statements in {Commits} commits:\n{string.Join("\n---\n", Statements)}";

    internal void Add(DbCommand command) => Add(command.CommandText, command.Transaction is null);

    internal void Add(string sql, bool alone)
    {
        foreach (var statement in SqlCounter.Split(sql)) Statements.Enqueue(statement);
        var reads = sql.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);
        if (alone && !reads) AddCommit();
    }

    internal void AddCommit() => Interlocked.Increment(ref _commits);
}

/// <summary>Counts statements and commits per request: what background work does meanwhile is not counted.</summary>
public sealed class SqlCounter
{
    private readonly AsyncLocal<SqlRecord?> _current = new();
    private SqlRecord? _measured;

    public SqlCounter() =>
        (Commands, Transactions, Runner) = (new CommandCounter(this), new TransactionCounter(this), new RunnerCounter(this));

    public DbCommandInterceptor Commands { get; }

    public DbTransactionInterceptor Transactions { get; }

    /// <summary>For statements that run past the object mapper.</summary>
    public ISqlObserver Runner { get; }

    /// <summary>What the requests that are sent meanwhile ask of the database.</summary>
    public async Task<SqlRecord> MeasureAsync(Func<Task> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        var record = new SqlRecord();
        _measured = record;
        try
        {
            await act();
        }
        finally
        {
            _measured = null;
        }

        return record;
    }

    /// <summary>Marks the flow of one request; to be called by the outermost middleware.</summary>
    internal IDisposable Begin()
    {
        _current.Value = _measured;
        return new End(_current);
    }

    /// <summary>One command may hold several statements, each ended by a semicolon at the end of a line.</summary>
    internal static IEnumerable<string> Split(string text) =>
        text.ReplaceLineEndings("\n").Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class End(AsyncLocal<SqlRecord?> current) : IDisposable
    {
        public void Dispose() => current.Value = null;
    }

    private sealed class RunnerCounter(SqlCounter counter) : ISqlObserver
    {
        public void Runs(string sql, bool alone) => counter._current.Value?.Add(sql, alone);

        public void Commits() => counter._current.Value?.AddCommit();
    }

    private sealed class CommandCounter(SqlCounter counter) : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            counter._current.Value?.Add(command);
            return result;
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            counter._current.Value?.Add(command);
            return new(result);
        }

        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        {
            counter._current.Value?.Add(command);
            return result;
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            counter._current.Value?.Add(command);
            return new(result);
        }

        public override InterceptionResult<object> ScalarExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
        {
            counter._current.Value?.Add(command);
            return result;
        }

        public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        {
            counter._current.Value?.Add(command);
            return new(result);
        }
    }

    private sealed class TransactionCounter(SqlCounter counter) : DbTransactionInterceptor
    {
        public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
            counter._current.Value?.AddCommit();

        public override Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            counter._current.Value?.AddCommit();
            return Task.CompletedTask;
        }
    }
}
