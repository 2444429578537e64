using System.Data.Common;
using System.Reflection;
using System.Text.RegularExpressions;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Sessions;
using AuthServer.UnitTests.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AuthServer.UnitTests.Statements;

/// <summary>Holds every statement that is written out in SQL against the model and against the rule that a session stands.</summary>
public sealed partial class SqlConstantsTests
{
    /// <summary>Columns of <c>user_sessions</c> that no opening fills: the first rotation does.</summary>
    private static readonly string[] OfRotation = ["previous_token_hash", "rotated_at"];

    [Fact]
    public async Task Every_statement_names_tables_and_columns_of_the_model()
    {
        await using var database = new MemoryDatabase();
        var statements = Statements();
        Assert.InRange(statements.Count, 15, 200);
        var wrong = await database.DbAsync(async db =>
        {
            var failures = new List<string>();
            await db.Database.OpenConnectionAsync();
            foreach (var (name, sql) in statements)
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                var whole = sql.TrimEnd().EndsWith("WHERE", StringComparison.Ordinal) ? sql + " 1 = 1" : sql;
                foreach (var parameter in NumberedSql.Of(whole).Names)
                {
                    command.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter(parameter, DBNull.Value));
                }
#pragma warning disable CA2100 // Constants of the server.
                command.CommandText = "EXPLAIN " + whole;
#pragma warning restore CA2100
                try
                {
                    await command.ExecuteNonQueryAsync();
                }
                catch (DbException e)
                {
                    failures.Add($"{name}: {e.Message}");
                }
            }

            return failures;
        });
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_INSERT_names_each_column_that_needs_a_value_and_that_of_sessions_all_but_those_of_the_rotation()
    {
        await using var database = new MemoryDatabase();
        var model = await database.DbAsync(db => Task.FromResult(db.Model));
        var tables = model.GetEntityTypes().ToDictionary(e => e.GetTableName()!, e => e);
        var (seen, wrong) = (0, new List<string>());
        foreach (var (name, sql) in Constants())
        {
            foreach (var insert in Insert().Matches(sql).Cast<Match>())
            {
                seen++;
                var columns = insert.Groups["columns"].Value.Split(',', StringSplitOptions.TrimEntries);
                var entity = tables[insert.Groups["table"].Value];
                var required = entity.ClrType == typeof(UserSession) ? All(entity).Except(OfRotation) : Needed(entity);
                wrong.AddRange(required.Except(columns).Select(c => $"{name} lacks {c}"));
                wrong.AddRange(columns.Except(All(entity)).Select(c => $"{name} has {c}, which {entity.GetTableName()} has not"));
            }
        }

        Assert.Empty(wrong);
        Assert.InRange(seen, 4, 100);
        // The list stands once.
        Assert.All(Constants().Where(c => c.Sql.Contains("INSERT INTO user_sessions", StringComparison.Ordinal)),
            c => Assert.Contains(SessionRow.Insert, c.Sql, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_statement_that_asks_whether_a_session_stands_contains_the_one_rule()
    {
        // The purge asks what has expired, and the limit of sessions puts that last: neither asks what stands.
        string[] others = ["ExpiredRows.", "SessionLimit."];
        var asking = Constants().Where(c => c.Sql.Contains("user_sessions", StringComparison.Ordinal) && Ends().IsMatch(c.Sql)
            && !others.Any(other => c.Name.StartsWith(other, StringComparison.Ordinal))).ToList();
        Assert.InRange(asking.Count, 8, 100);
        foreach (var (name, sql) in asking)
        {
            Assert.True(
                sql.Contains(
                    StandingSession.Rule, StringComparison.Ordinal), $"{name} asks in its own words whether a session stands: {sql}");
            var rest = sql.Replace(StandingSession.Rule, "", StringComparison.Ordinal);
            Assert.False(Ends().IsMatch(rest), $"{name} compares the end of a session beside the rule: {rest}");
        }
    }

    private static IEnumerable<string> All(IEntityType entity) => entity.GetProperties().Select(p => p.GetColumnName());

    private static IEnumerable<string> Needed(IEntityType entity) => entity.GetProperties()
        .Where(p => !p.IsNullable && p.GetDefaultValue() is null && p.GetDefaultValueSql() is null).Select(p => p.GetColumnName());

    /// <summary>Whole statements; parts of them are seen in the statements that use them.</summary>
    /// <remarks>Texts for PostgreSQL alone say so in their name; the integration tests run them.</remarks>
    private static List<(string Name, string Sql)> Statements() =>
        [.. Constants().Where(c => Verb().IsMatch(c.Sql) && c.Sql != SessionRow.Insert
            && !c.Name.Contains(".Postgres", StringComparison.Ordinal))];

    private static IEnumerable<(string Name, string Sql)> Constants() =>
        from type in typeof(AuthDbContext).Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field is { IsLiteral: true, FieldType.Name: "String" }
        let text = (string)field.GetRawConstantValue()!
        where Known().IsMatch(text)
        select ($"{type.Name}.{field.Name}", text);

    [GeneratedRegex(@"^\s*(SELECT [\s\S]*FROM|INSERT INTO|UPDATE \w+ SET|UPDATE \w+\s+SET|DELETE FROM)\b")]
    private static partial Regex Verb();

    [GeneratedRegex(@"\b(SELECT|FROM|INSERT INTO|UPDATE|DELETE FROM|WHERE|EXISTS)\b")]
    private static partial Regex Known();

    [GeneratedRegex(@"INSERT INTO (?<table>\w+) \((?<columns>[^)]*)\)")]
    private static partial Regex Insert();

    [GeneratedRegex(@"(absolute_)?expires_at\s*[<>]|\bdisabled_at IS NULL AND \w+\.security_stamp = \w*\.?security_stamp")]
    private static partial Regex Ends();
}
