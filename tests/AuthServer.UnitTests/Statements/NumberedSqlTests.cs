using System.Globalization;
using System.Text;
using AuthServer.Data.Sql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.UnitTests.Statements;

#pragma warning disable RS0030 // A generator with a seed repeats a failure; nothing here is secret.

public sealed class NumberedSqlTests
{
    [Theory]
    [InlineData("SELECT @id", "SELECT $1", "id")]
    [InlineData("SELECT @b, @a, @b", "SELECT $1, $2, $1", "b a")]
    [InlineData("SELECT @id::text, '@id'", "SELECT $1::text, '@id'", "id")]
    [InlineData("SELECT 'it''s @a', @b", "SELECT 'it''s @a', $1", "b")]
    [InlineData("SELECT \"@a\" FROM t -- @c\nWHERE x = @b /* @d\n@e */", "SELECT \"@a\" FROM t -- @c\nWHERE x = $1 /* @d\n@e */", "b")]
    [InlineData("SELECT @first_1 + @first_12", "SELECT $1 + $2", "first_1 first_12")]
    [InlineData("SELECT v @@ @query, a @> @part", "SELECT v @@ $1, a @> $2", "query part")]
    [InlineData("SELECT 1", "SELECT 1", "")]
    public void Names_become_numbers_outside_of_literals_and_comments(string sql, string numbered, string names)
    {
        var statement = NumberedSql.Of(sql);
        Assert.Equal(numbered, statement.Text);
        Assert.Equal(names, string.Join(' ', statement.Names));
    }

    [Fact]
    public void Any_text_keeps_all_that_is_not_a_parameter()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var (sql, expected, names) = (new StringBuilder(), new StringBuilder(), new List<string>());
            for (var parts = random.Next(1, 12); parts > 0; parts--)
            {
                var name = "p" + (char)('a' + random.Next(3)) + (
                    random.Next(2) == 0 ? "" : "_" + random.Next(12).ToString(CultureInfo.InvariantCulture));
                if (random.Next(2) == 0)
                {
                    if (!names.Contains(name)) names.Add(name);
                    sql.Append('@').Append(name);
                    expected.Append('$').Append(names.IndexOf(name) + 1);
                }
                else
                {
                    var text = random.Next(8) switch
                    {
                        0 =>
                            $"'@{name}'", 1 =>
                                $"''", 2 =>
                                    $"'a''@{name}'", 3 =>
                                        $"\"@{name}\"", 4 => $"-- @{name} '\n", 5 => $"/* @{name} ' \" */", 6 => "::text", _ => " @@ ",
                    };
                    sql.Append(text);
                    expected.Append(text);
                }

                sql.Append(" , ");
                expected.Append(" , ");
            }

            var statement = NumberedSql.Of(sql.ToString());
            Assert.Equal((seed, expected.ToString()), (seed, statement.Text));
            Assert.Equal(names, statement.Names);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_statement_gets_each_of_its_values_once(bool postgres)
    {
        const string Sql = "SELECT @b, @a, @b";
        using var command = postgres ? (System.Data.Common.DbCommand)new NpgsqlCommand() : new SqliteCommand();
        string Fill(Action<SqlValues> values)
        {
            command.Parameters.Clear();
            return SqlValues.Fill(command.Parameters, Sql, values);
        }

        Assert.Equal(postgres ? "SELECT $1, $2, $1" : Sql, Fill(values => values.Add("a", 1).Add("b", "text")));
        Assert.Equal(["text", 1], command.Parameters.Cast<System.Data.Common.DbParameter>().Select(p => p.Value!));
        Assert.Equal(DBNull.Value, Parameter(values => values.Add("a", 1).Add("b", (Guid?)null)));
        var time = (DateTime)Parameter(values => values.Add("a", 1).Add("b", TimeProvider.System.GetUtcNow().UtcDateTime))!;
        Assert.Equal(DateTimeKind.Unspecified, time.Kind);
        Assert.Contains(
            "@a", Assert.Throws<InvalidOperationException>(() => Fill(values => values.Add("b", 1))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "@c", Assert.Throws<ArgumentException>(() => Fill(values => values.Add("a", 1).Add("b", 1).Add("c", 1)))
                .Message, StringComparison.Ordinal);
        Assert.Contains(
            "Two", Assert.Throws<InvalidOperationException>(() => Fill(values => values.Add("a", 1).Add("b", 1).Add("a", 2)))
                .Message, StringComparison.Ordinal);

        object? Parameter(Action<SqlValues> values)
        {
            Fill(values);
            return command.Parameters[0].Value;
        }
    }
}
