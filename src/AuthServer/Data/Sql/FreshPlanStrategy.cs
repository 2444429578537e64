using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AuthServer.Data.Sql;

/// <summary>Lets EF Core run an operation again, once, whose prepared statement had become stale; within a transaction it fails.</summary>
/// <remarks>
/// It is no retrying strategy to EF Core, which would refuse to begin transactions outside of it. EF Core runs each query, up to its first
/// row, and each SaveChanges by its strategy.
/// </remarks>
internal sealed class FreshPlanStrategy(ExecutionStrategyDependencies dependencies) : IExecutionStrategy
{
    private readonly DbContext _context = dependencies.CurrentContext.Context;

    public bool RetriesOnFailure => false;

    public TResult Execute<TState, TResult>(
        TState state, Func<DbContext, TState, TResult> operation, Func<DbContext, TState, ExecutionResult<TResult>>? verifySucceeded)
    {
        try
        {
            return operation(_context, state);
        }
        catch (Exception e) when (CanRunAgain(e))
        {
            // The same connection for both, because each connection of the pool has stale statements of its own.
            _context.Database.OpenConnection();
            try
            {
                StalePlan.Forget(_context.Database.GetDbConnection());
                return operation(_context, state);
            }
            finally
            {
                _context.Database.CloseConnection();
            }
        }
    }

    public async Task<TResult> ExecuteAsync<TState, TResult>(
        TState state, Func<DbContext, TState, CancellationToken, Task<TResult>> operation,
        Func<DbContext, TState, CancellationToken, Task<ExecutionResult<TResult>>>? verifySucceeded,
        CancellationToken cancellationToken = default)
    {
        try
        {
            return await operation(_context, state, cancellationToken);
        }
        catch (Exception e) when (CanRunAgain(e))
        {
            await _context.Database.OpenConnectionAsync(cancellationToken);
            try
            {
                StalePlan.Forget(_context.Database.GetDbConnection());
                return await operation(_context, state, cancellationToken);
            }
            finally
            {
                await _context.Database.CloseConnectionAsync();
            }
        }
    }

    // SaveChanges reports the failure of a statement as its inner exception.
    private bool CanRunAgain(Exception e) => _context.Database.CurrentTransaction is null
        && (StalePlan.IsMetBy(e) || (e is DbUpdateException { InnerException: { } inner } && StalePlan.IsMetBy(inner)));
}
