using AuthServer.IntegrationTests.Fixtures;
using Npgsql;

namespace AuthServer.IntegrationTests.Schema;

/// <summary>The migrated PostgreSQL database against the specification, by its catalog.</summary>
public sealed class PostgresSchemaTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _connection = new NpgsqlConnection(_database.ConnectionString);
        await _connection.OpenAsync();
        await ExecuteAsync("CREATE SCHEMA spec; SET search_path = spec; " + SpecifiedTables.Sql + " SET search_path = public");
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _database.Dispose();
    }

    [Fact]
    public async Task Every_specified_column_has_its_type_length_nullability_and_default() =>
        Assert.Subset(
            (await SpecifiedTables.ColumnsAsync(_connection, "public"))
                .ToHashSet(), (await SpecifiedTables.ColumnsAsync(_connection, "spec")).ToHashSet());

    [Fact]
    public async Task Every_specified_key_and_reference_is_there() =>
        Assert.Subset(
            (await SpecifiedTables.ConstraintsAsync(_connection, "public"))
                .ToHashSet(), (await SpecifiedTables.ConstraintsAsync(_connection, "spec")).ToHashSet());

    [Fact]
    public async Task Every_specified_index_is_there_under_its_name() =>
        Assert.Subset(
            (await SpecifiedTables.IndexesAsync(_connection, "public"))
                .ToHashSet(), (await SpecifiedTables.IndexesAsync(_connection, "spec")).ToHashSet());

    [Theory]
    [InlineData("ALTER TABLE public.users ALTER COLUMN first_name TYPE VARCHAR(99)")]
    [InlineData("ALTER TABLE public.users ALTER COLUMN created_at TYPE timestamptz")]
    [InlineData("ALTER TABLE public.users ALTER COLUMN id DROP DEFAULT")]
    [InlineData("ALTER TABLE public.users ALTER COLUMN password_hash DROP NOT NULL")]
    [InlineData("ALTER TABLE public.users DROP CONSTRAINT users_email_key")]
    [InlineData("ALTER TABLE public.user_sessions DROP CONSTRAINT fk_user_sessions_users_user_id")]
    [InlineData("DROP INDEX public.idx_sessions_expires_at")]
    public async Task The_comparison_sees_a_difference(string change)
    {
        await ExecuteAsync(change);
        Assert.False(await MatchesAsync());
    }

    /// <summary>Whatever is not specified must not be asked of whoever writes the specified columns.</summary>
    [Fact]
    public async Task Every_further_column_is_nullable_or_filled_by_the_database()
    {
        var specified = (await SpecifiedTables.ColumnsAsync(_connection, "spec")).ToHashSet();
        var demanding = (await SpecifiedTables.ColumnsAsync(_connection, "public"))
            .Where(c => !specified.Contains(c) && c.Contains("NOT NULL", StringComparison.Ordinal)
                && !c.Contains("DEFAULT", StringComparison.Ordinal));
        // A trigger fills the key.
        Assert.Equal(["users.email_key character varying(512) NOT NULL"], demanding);
    }

    private async Task<bool> MatchesAsync() =>
        (await SpecifiedTables.ColumnsAsync(_connection, "spec")).Except(await SpecifiedTables.ColumnsAsync(_connection, "public"))
            .Any() is false





















                                                                                            && (await SpecifiedTables.ConstraintsAsync(
                                                                                                _connection, "spec")).Except(
                                                                                                    await SpecifiedTables.ConstraintsAsync(
                                                                                                        _connection,
                                                                                                            "public")).Any() is false






















                                                                                                && (await SpecifiedTables.IndexesAsync(
                                                                                                    _connection, "spec")).Except(
                                                                                                        await SpecifiedTables.IndexesAsync(
                                                                                                            _connection,
                                                                                                                "public")).Any() is false;

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
