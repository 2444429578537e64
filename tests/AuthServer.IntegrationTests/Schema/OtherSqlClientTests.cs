using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.IntegrationTests.Schema;

/// <summary>Another program writes the specified columns of the PostgreSQL tables, and nothing else.</summary>
public sealed class OtherSqlClientTests : IAsyncLifetime
{
    private const string Hash = "not looked at here";

    private TestDatabase _database = null!;
    private NpgsqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _connection = new NpgsqlConnection(_database.ConnectionString);
        await _connection.OpenAsync();
        // A client far from UTC, as psql on somebody's desk.
        await ExecuteAsync("SET timezone = 'America/New_York'");
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _database.Dispose();
    }

    [Fact]
    public async Task The_specified_columns_alone_make_a_valid_user_and_session()
    {
        var user = await InsertUserAsync("dana@example.test");
        await ExecuteAsync($"INSERT INTO user_sessions (user_id, token_hash, expires_at) VALUES ('{user}', 'x', now())");
        await using var context = _database.OpenContext();
        var row = await context.Users.SingleAsync(u => u.Id == user);
        Assert.Equal("dana@example.test", row.NormalizedEmail);
        Assert.False(string.IsNullOrEmpty(row.SecurityStamp));
        Assert.Equal(1, row.Version);
        Assert.Equal(user, (await context.Sessions.SingleAsync()).UserId);
    }

    [Theory]
    [InlineData("Dana@Example.TEST", "dana@example.test")]
    [InlineData("ÄNNE@example.test", "änne@example.test")]
    [InlineData("ｄａｎａ@example.test", "dana@example.test")]
    public async Task The_database_fills_the_email_key(string email, string key)
    {
        var user = await InsertUserAsync(email);
        Assert.Equal(key, await ScalarAsync<string>($"SELECT email_key FROM users WHERE id = '{user}'"));
    }

    [Fact]
    public async Task The_key_follows_when_another_client_changes_the_email()
    {
        var user = await InsertUserAsync("dana@example.test");
        await ExecuteAsync("UPDATE users SET email = 'Dana.New@Example.test'");
        Assert.Equal("dana.new@example.test", await ScalarAsync<string>($"SELECT email_key FROM users WHERE id = '{user}'"));
    }

    [Fact]
    public async Task One_email_in_two_spellings_is_refused()
    {
        await InsertUserAsync("dana@example.test");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => InsertUserAsync("DANA@example.test"));
        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
    }

    [Fact]
    public async Task Stamps_are_utc_whatever_the_time_zone_of_the_session()
    {
        var user = await InsertUserAsync("dana@example.test");
        await ExecuteAsync($"INSERT INTO user_sessions (user_id, token_hash, expires_at) VALUES ('{user}', 'x', now())");
        var stamps = (DateTime[])[
            await ScalarAsync<DateTime>("SELECT created_at FROM users"), await ScalarAsync<DateTime>("SELECT updated_at FROM users"),
            await ScalarAsync<DateTime>("SELECT created_at FROM user_sessions"),
        ];
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        Assert.All(stamps, stamp => Assert.Equal(now, stamp, TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task A_change_by_another_client_moves_updated_at_in_utc_and_leaves_the_version()
    {
        await InsertUserAsync("dana@example.test");
        var before = await ScalarAsync<DateTime>("SELECT updated_at FROM users");
        await ExecuteAsync("UPDATE users SET first_name = 'Dana'");
        var after = await ScalarAsync<DateTime>("SELECT updated_at FROM users");
        Assert.InRange(after, before.AddTicks(1), before.AddMinutes(2));
        Assert.Equal(1L, await ScalarAsync<long>("SELECT version FROM users"));
        await ExecuteAsync("UPDATE users SET first_name = 'Dana'");
        Assert.Equal(after, await ScalarAsync<DateTime>("SELECT updated_at FROM users"));
    }

    [Fact]
    public async Task Deleting_a_user_takes_the_sessions_along()
    {
        var user = await InsertUserAsync("dana@example.test");
        await ExecuteAsync($"INSERT INTO user_sessions (user_id, token_hash, expires_at) VALUES ('{user}', 'x', now())");
        await ExecuteAsync("DELETE FROM users");
        Assert.Equal(0L, await ScalarAsync<long>("SELECT count(*) FROM user_sessions"));
    }

    private async Task<Guid> InsertUserAsync(string email) =>
        await ScalarAsync<Guid>(
            $"INSERT INTO users (email, password_hash, first_name, last_name) VALUES ('{email}', '{Hash}', NULL, NULL) RETURNING id");

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
