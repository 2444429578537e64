using System.Globalization;
using System.Text;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Reporting;
using Npgsql;

namespace AuthServer.LoadTests.Profiling;

/// <summary>Which statements a database ran meanwhile, by pg_stat_statements.</summary>
internal sealed class StatementCount(PostgresCluster cluster, string database)
{
    private const string Commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";

    private long _commits;

    public async Task BeginAsync()
    {
        await cluster.ExecuteAsync(database, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()");
        _commits = (long)(await cluster.ScalarAsync(database, Commits))!;
    }

    public async Task<string> EndAsync(int operations)
    {
        // Backends report their counters when idle.
        await Task.Delay(1500);
        var commits = (long)(await cluster.ScalarAsync(database, Commits))! - _commits;
        var text = new StringBuilder().AppendLine()
            .AppendLine("statements of one operation (commits count reads outside a transaction too)");
        await using var connection = await cluster.OpenAsync(database);
        await using var command = new NpgsqlCommand(
            """
            SELECT calls, total_exec_time, query FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
            WHERE d.datname = current_database() AND calls * 50 > @operations AND query NOT LIKE '%pg_stat%' ORDER BY calls DESC
            """, connection);
        command.Parameters.AddWithValue("operations", operations);
        await using var reader = await command.ExecuteReaderAsync();
        var sum = 0.0;
        while (await reader.ReadAsync())
        {
            var each = (double)reader.GetInt64(0) / operations;
            sum += each;
            var query = reader.GetString(2).ReplaceLineEndings(" ");
            if (query.Length > 150) query = query[..150] + "...";
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {each,6:0.00} x {reader.GetDouble(1) / reader.GetInt64(0),7:0.000} ms  {query}");
        }
        return text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  {sum,6:0.00} statements, {Numbers.Short((double)commits / operations)} commits per operation").ToString();
    }
}
