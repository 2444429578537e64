using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Data.Changes;

/// <summary>Sees which kept tables the contexts of EF Core write, and has it told after the commit.</summary>
/// <remarks>
/// Whatever writes these tables does so by EF Core, but for the new digest of an old secret and new seals, which change no meaning. What a
/// transaction wrote that is rolled back is told with the next commit of the context, which does no harm.
/// </remarks>
internal sealed partial class ToldWrites(RedisNotices notices) : SaveChangesInterceptor, IDbCommandInterceptor, IDbTransactionInterceptor
{
    private readonly ConditionalWeakTable<DbContext, HashSet<string>> _written = [];

    // The statements of SaveChanges.
    public ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        See(command, eventData.Context);
        return new(result);
    }

    public override async ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await TellAsync(eventData.Context);
        return result;
    }

    // ExecuteDelete, ExecuteUpdate.
    public async ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        See(command, eventData.Context);
        await TellAsync(eventData.Context);
        return result;
    }

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync(eventData.Context, isCommitted: true);

    private void See(DbCommand command, DbContext? context)
    {
        if (context is null || command.CommandText.StartsWith("SELECT", StringComparison.Ordinal)) return;
        foreach (Match match in KeptWrite().Matches(command.CommandText))
        {
            _written.GetOrCreateValue(context).Add(match.Groups["table"].Value);
        }
    }

    private async Task TellAsync(DbContext? context, bool isCommitted = false)
    {
        if (context is null || !_written.TryGetValue(context, out var tables)) return;
        if (!isCommitted && context.Database.CurrentTransaction is not null) return;
        _written.Remove(context);
        await notices.TellAsync(tables);
    }

    [GeneratedRegex("""\b(INSERT INTO|UPDATE|DELETE FROM) "?(?<table>clients|scopes|resources|keys)\b""", RegexOptions.CultureInvariant)]
    private static partial Regex KeptWrite();
}
