using System.Data;
using System.Data.Common;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using AuthServer.UnitTests.Encryption;
using Microsoft.Data.Sqlite;

namespace AuthServer.UnitTests.Statements;

public sealed class KeptConnectionTests : IDisposable
{
    private const string Insert = "INSERT INTO people (name) VALUES (@name)";

    private readonly EncryptedFolder _folder = new();
    private readonly EmbeddedFile _file;
    private readonly DbDataSource _source;
    private readonly SqlRunner _sql;

    public KeptConnectionTests()
    {
        _file = _folder.Encrypted();
        _source = SqliteSetup.Source(_file);
        _sql = new(_source);
        using var connection = _source.OpenConnection();
        Run(connection, "CREATE TABLE people (name TEXT NOT NULL UNIQUE)");
    }

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_statement_is_prepared_once_for_a_connection()
    {
        SqliteCommand first;
        using (var connection = (KeptConnection)_source.OpenConnection())
        using (var command = connection.CommandOf(Insert))
        {
            command.Parameters.AddWithValue("@name", "Ada");
            first = command;
        }

        using var again = (KeptConnection)_source.OpenConnection();
        Assert.Same(first, again.CommandOf(Insert));
        Assert.Empty(first.Parameters);
    }

    [Fact]
    public async Task A_statement_that_failed_can_be_run_again()
    {
        await AddAsync("Ada");
        await Assert.ThrowsAsync<SqliteException>(() => AddAsync("Ada"));
        await AddAsync("Grace");
        Assert.Equal(2L, Count());
    }

    [Fact]
    public async Task A_call_with_too_few_values_leaves_none_for_the_next()
    {
        const string Two = "INSERT INTO people (name) SELECT @name WHERE @really";
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _sql.ExecuteAsync(Two, values => values.Add("name", "Ada"), CancellationToken.None).AsTask());
        await _sql.ExecuteAsync(Two, values => values.Add("really", true).Add("name", "Grace"), CancellationToken.None);
        Assert.Equal(1L, Count());
    }

    [Fact]
    public async Task A_statement_goes_on_after_the_schema_has_changed()
    {
        await AddAsync("Ada");
        using (var other = _folder.Open()) Run(other, "ALTER TABLE people ADD COLUMN age INTEGER NOT NULL DEFAULT 7");
        await AddAsync("Grace");
        Assert.Equal(2L, Count());
    }

    [Fact]
    public void What_was_not_committed_is_rolled_back_when_the_connection_goes_back()
    {
        using (var connection = _source.OpenConnection())
        {
            var transaction = connection.BeginTransaction(IsolationLevel.Serializable);
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "INSERT INTO people (name) VALUES ('Ada')";
            command.ExecuteNonQuery();
        }

        Assert.Equal(0L, Count());
    }

    [Fact]
    public async Task Many_threads_write_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => AddAsync($"Person {i}"))));
        Assert.Equal(200L, Count());
    }

    [Fact]
    public void A_connection_that_is_closed_twice_is_given_to_one_caller()
    {
        var first = _source.OpenConnection();
        first.Close();
        first.Dispose();
        using var second = _source.OpenConnection();
        using var third = _source.OpenConnection();
        Assert.NotSame(second, third);
    }

    [Fact]
    public async Task The_file_is_free_when_its_source_has_been_disposed()
    {
        await AddAsync("Ada");
        var held = _source.OpenConnection();
        Assert.Equal(RewriteOutcome.InUse, FileRewrite.InPlace(_file, isPlain: false));
        await _source.DisposeAsync();
        // One that is given back later is closed too.
        await held.DisposeAsync();
        Assert.Equal(RewriteOutcome.Done, FileRewrite.InPlace(_file, isPlain: false));
    }

    private Task AddAsync(string name) =>
        _sql.ExecuteAsync(Insert, values => values.Add("name", name), CancellationToken.None).AsTask();

    private object? Count()
    {
        using var connection = _source.OpenConnection();
        return Run(connection, "SELECT count(*) FROM people");
    }

    private static object? Run(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
